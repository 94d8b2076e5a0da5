"""What a class's report is made of: counts, arrivals, figures, look-alikes, pages."""
