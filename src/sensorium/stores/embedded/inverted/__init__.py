"""The inverted index: the nearest of many vectors from a few of their lists, then measured exactly.

Vectors are sorted into lists by the nearest of some centroids; a list holds two bits a dimension of each of its vectors
(faiss's IVF with RaBitQ codes). A query looks into the lists whose centroids are near, by codes that estimate the
distance, and measures the best of these on the vectors themselves. So its distances are those of an exact scan, and all
that can go wrong is that a neighbour is not found.

Derived from the slot file and rebuildable from it. One file holds it, ``inverted.GENERATION.ivf``, written whole and
renamed into its place, and mapped by readers: it covers the slots of one generation up to a watermark.
"""
