"""The catalogues. Sentences are written in simplified Chinese in the code; zh_Hant is derived, en is written."""
