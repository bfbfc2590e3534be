"""What scripts/drift.py is made of: a world's files, the subject features of its drifts, detection, learning, the picture."""
