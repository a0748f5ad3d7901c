raise RuntimeError("I never work")
