package roster

import (
	"errors"
	"strings"

	"github.com/ca74b63c/roster/validate"
)

// Problem is the problem document (RFC 9457) of an error, for a response with the content type
// application/problem+json. It has no member "type"; Title names the kind of problem.
type Problem struct {
	// Title is the name of the code, with spaces: "not found".
	Title string `json:"title"`
	// Status is Code.HTTPStatus.
	Status int `json:"status"`
	// Detail is the text of the error. It is empty for a status of 500 or more.
	Detail string `json:"detail,omitempty"`
	Code   Code   `json:"code"`
	// Errors lists the problems of the arguments, each with its JSON pointer.
	Errors *validate.Error `json:"errors,omitempty"`
}

// ProblemOf returns the problem document of err. If err contains a *validate.Error, Errors lists
// its problems. For nil the status is 200, the title is "ok", and there is no detail. For a status
// of 500 or more, Detail and Errors are empty, because the text of err may reveal how the server
// works; log the error instead.
func ProblemOf(err error) Problem {
	code := CodeOf(err)
	p := Problem{Title: strings.ReplaceAll(code.String(), "_", " "), Status: code.HTTPStatus(), Code: code}
	if err != nil && p.Status < 500 {
		p.Detail = err.Error()
		errors.As(err, &p.Errors)
	}
	return p
}
