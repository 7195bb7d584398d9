package validate

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// ErrInvalid matches every error of this package under errors.Is.
var ErrInvalid = errors.New("validate: invalid")

// Problem is one problem with one value. It never contains the value. Its JSON is an item of the
// errors member of a problem document (RFC 9457):
//
//	{"detail":"is longer than 255 characters","pointer":"#/names/first","code":"too_long","params":{"max":255}}
type Problem struct {
	// Path is the JSON pointer (RFC 6901) of the value: "/names/first", "/skillIds/3"; "" is the
	// whole document.
	Path string
	// Code says what is wrong.
	Code Code
	// Params explain it: the limit that was crossed, the rule, its pattern.
	Params Params
}

// Error returns the path and the detail: "/names/first: is longer than 255 characters". It escapes
// control characters in the path, so that the text stays one line of a log. Such characters can
// come from the name of an unknown field.
func (p Problem) Error() string {
	if p.Path == "" {
		return "the value " + printable(p.Detail())
	}
	return printable(p.Path) + ": " + printable(p.Detail())
}

// Is reports whether target is ErrInvalid.
func (p Problem) Is(target error) bool { return target == ErrInvalid }

// printable returns s with all characters escaped that are not printable.
func printable(s string) string {
	quoted := strconv.Quote(s)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}

// Error is the list of all problems of one input. It is never empty. Its JSON is the errors member
// of a problem document (RFC 9457): an array of problems.
type Error struct {
	// Problems are ordered by path, then in the order in which they were found.
	Problems []Problem
	// Dropped counts the problems beyond the first 100 found, which are not kept.
	Dropped int
}

// shownProblems is the greatest number of problems in the text of an Error.
const shownProblems = 10

// Error implements error. It returns one line: "validate: " and the texts of the first ten
// problems, separated by semicolons. If there are more than ten problems, the line ends with "; and
// ", the number of the remaining problems, and " more". This number includes dropped problems. For
// a nil *Error the line is "validate: ".
func (e *Error) Error() string {
	if e == nil {
		e = new(Error)
	}
	var b strings.Builder
	b.WriteString("validate: ")
	for i, p := range e.Problems {
		if i == shownProblems {
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(p.Error())
	}
	if more := max(0, len(e.Problems)-shownProblems) + e.Dropped; more > 0 {
		b.WriteString("; and " + strconv.Itoa(more) + " more")
	}
	return b.String()
}

// Is reports whether target is ErrInvalid.
func (e *Error) Is(target error) bool { return target == ErrInvalid }

// Unwrap returns the problems as errors, so that errors.As and errors.Is find each of them. It
// returns nil for a nil *Error.
func (e *Error) Unwrap() []error {
	if e == nil {
		return nil
	}
	errs := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		errs[i] = p
	}
	return errs
}

// problemError returns an *Error with one problem at the path "".
func problemError(code Code, params Params) error {
	return &Error{Problems: []Problem{{Code: code, Params: params}}}
}

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
		n, _ := p.Params.Get("count")
		return "has " + n + " more problems"
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

// valid returns what the rule in the parameter "rule" accepts, in words such as "whole number". It
// returns "" if there is no such rule.
func (p Problem) valid() string {
	name, _ := p.Params.Get("rule")
	rule, _ := RuleByName(name)
	return rule.definition().valid
}

// length returns text with a number and a unit behind it, such as "is longer than 255 characters".
// number is the name of the parameter of the problem that has the number. Without this parameter
// length returns fallback. The unit is the text of the parameter "of" or "unit", or else
// "characters".
func (p Problem) length(text, number, fallback string) string {
	n, ok := p.Params.Int(number)
	if !ok {
		return fallback
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

// more is the code of the last item in the JSON of an Error that dropped problems. Its parameter
// count is their number.
const more Code = "more_problems"

// problemJSON is the JSON form of a Problem.
type problemJSON struct {
	Detail  string `json:"detail"`
	Pointer string `json:"pointer"`
	Code    Code   `json:"code"`
	Params  Params `json:"params,omitzero"`
}

// MarshalJSON writes an item of the errors member of a problem document (RFC 9457). The pointer is
// the path in the form of a URI fragment (RFC 6901, section 6).
func (p Problem) MarshalJSON() ([]byte, error) {
	pointer := "#" + (&url.URL{Fragment: p.Path}).EscapedFragment()
	return json.Marshal(problemJSON{p.Detail(), pointer, p.Code, p.Params})
}

// MarshalJSON returns the problems as a JSON array, for the member errors of a problem document
// (RFC 9457). If problems were dropped, the array ends with an item with the code more_problems,
// whose parameter count is the number of dropped problems.
func (e *Error) MarshalJSON() ([]byte, error) {
	list := slices.Clone(e.Problems)
	if e.Dropped > 0 {
		list = append(list, Problem{Code: more, Params: Params{}.WithInt("count", int64(e.Dropped))})
	}
	return json.Marshal(list)
}
