"""Demo data: the invented people of a real sub-district, loaded through the product's own services."""
