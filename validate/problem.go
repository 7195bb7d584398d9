package validate

import (
	"errors"
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
