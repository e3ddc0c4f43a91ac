"""Tables and figures that an article would print, made from the graph in Chinese and English."""
