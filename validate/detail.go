package validate

import (
	"strconv"
	"strings"
)

// details has the texts of codes that need no parameter. The second part has the codes of package
// password.
var details = map[Code]string{
	Required:         "is required",
	InvalidUTF8:      "is not valid UTF-8 text",
	ControlCharacter: "has a control character",
	Invalid:          "is not valid",
	OutOfRange:       "is out of range",
	Unknown:          "is unknown",
	Duplicate:        "is a duplicate",
	ReadOnly:         "is read-only",
	Conflict:         "conflicts with another value",
	Mismatch:         "does not match",
	Forbidden:        "is not allowed",

	"missing_upper":   "has no upper-case letter",
	"missing_lower":   "has no lower-case letter",
	"missing_digit":   "has no digit",
	"missing_special": "has no special character",
	"white_space":     "has white space",
	"blocklisted":     "is on a list of common passwords",
	"repetitive":      "only repeats or counts characters",
	"context_word":    "is too close to the user's login or name",
	"used_before":     "was used before",
}

// Detail returns a description of the problem in words, without the path and without the value,
// such as "is longer than 255 characters". The description contains no regular expression. For a
// code that this library does not define, Detail returns the code with spaces in place of
// underscores.
func (p Problem) Detail() string {
	switch p.Code {
	case TooShort:
		return p.length("is shorter than ", "min", "is too short")
	case TooLong:
		return p.length("is longer than ", "max", "is too long")
	case OutOfRange:
		return p.rangeDetail()
	case Pattern, Invalid:
		if valid := p.valid(); valid != "" {
			return "is not a valid " + valid
		}
		if p.Code == Pattern {
			return "does not have the right form"
		}
	case more:
		return p.moreDetail()
	case Unknown:
		if words, ok := p.Params.Get("words"); ok {
			return "must be one of: " + words
		}
		if what, ok := p.Params.Get("has"); ok {
			return "has an unknown " + what
		}
	}
	if text, ok := details[p.Code]; ok {
		return text
	}
	return strings.ReplaceAll(string(p.Code), "_", " ")
}

// valid returns a description of the values that a rule accepts, such as "whole number". The
// problem's parameter "rule" names the rule. valid returns "" if this parameter is missing or if no
// rule has this name.
func (p Problem) valid() string {
	name, _ := p.Params.Get("rule")
	rule, _ := RuleByName(name)
	return rule.definition().valid
}

// length returns a description of a limit of the length, such as "is longer than 255 characters":
// the string text, a number and a unit. The number is the parameter of p with the name in limit,
// such as "max". If p has no number of this name, length returns only the string otherwise. The
// unit is the parameter of p with the name "of", or else "unit", or else the word "characters". The
// unit is singular for the number 1.
func (p Problem) length(text, limit, otherwise string) string {
	n, ok := p.Params.Int(limit)
	if !ok {
		return otherwise
	}
	unit := Characters.String()
	for _, name := range []string{"unit", "of"} {
		if u, ok := p.Params.Get(name); ok {
			unit = u
		}
	}
	if n == 1 {
		unit = strings.TrimSuffix(unit, "s")
	}
	return text + strconv.FormatInt(n, 10) + " " + unit
}

func (p Problem) rangeDetail() string {
	least, hasLeast := p.Params.Get("min")
	most, hasMost := p.Params.Get("max")
	text := details[OutOfRange]
	switch {
	case hasLeast && hasMost:
		text = "must be from " + least + " to " + most
	case hasLeast:
		text = "must be at least " + least
	case hasMost:
		text = "must be at most " + most
	}
	if of, ok := p.Params.Get("of"); ok {
		text += " " + of
	}
	return text
}
