"""The bare applications that the product's figures are divided by."""
