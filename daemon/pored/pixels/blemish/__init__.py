"""What a retoucher took out, and clean texture in its place."""
