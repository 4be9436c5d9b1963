"""Sign, colour and words of every judgement of risk of bias, in whatever figure it stands."""

SIGNS = {"low": "+", "unclear": "?", "some concerns": "?", "high": "−", "moderate": "~", "serious": "−",
         "critical": "!", "no information": "?"}  # fmt: skip
COLORS = {"low": "#009e73", "unclear": "#f0e442", "some concerns": "#f0e442", "high": "#d55e00", "moderate": "#f0e442",
          "serious": "#d55e00", "critical": "#cc79a7", "no information": "#c8c8c8"}  # fmt: skip
WORDS = {"low": "Low risk", "unclear": "Unclear risk", "some concerns": "Some concerns", "high": "High risk",
         "moderate": "Moderate risk", "serious": "Serious risk", "critical": "Critical risk",
         "no information": "No information"}  # fmt: skip
