package roster

import (
	"errors"
	"strings"

	"github.com/ca74b63c/roster/validate"
)

// Problem is the problem document (RFC 9457) of an error, for a reply with the content type
// application/problem+json. It has no type: the title says what kind of problem it is.
type Problem struct {
	Title  string          `json:"title"`            // the name of the code with blanks, "not found"
	Status int             `json:"status"`           // Code.HTTPStatus
	Detail string          `json:"detail,omitempty"` // the text of the error; of a fault, nothing
	Code   Code            `json:"code"`
	Errors *validate.Error `json:"errors,omitempty"` // what is wrong with the arguments, each at its pointer
}

// ProblemOf returns the problem document of an error. The text of an error with a status of 500 or
// more may show how the server works, so it is left out: log it.
func ProblemOf(err error) Problem {
	code := CodeOf(err)
	p := Problem{Title: strings.ReplaceAll(code.String(), "_", " "), Status: code.HTTPStatus(), Code: code}
	if err != nil && p.Status < 500 {
		p.Detail = err.Error()
		errors.As(err, &p.Errors)
	}
	return p
}
