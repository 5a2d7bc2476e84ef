"""Faces: picture in, faces and landmarks out. The only place that knows MediaPipe."""
