// shown
