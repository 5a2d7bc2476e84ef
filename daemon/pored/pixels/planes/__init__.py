"""What all arithmetic rests on: levels, sizes, blurs, distances, medians."""
