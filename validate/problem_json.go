package validate

import (
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// errProblem is the error for JSON that is no problem of this package.
var errProblem = errors.New("validate: the pointer of a problem is not \"#\" and a JSON pointer")

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

// UnmarshalJSON decodes a problem that MarshalJSON has encoded. It ignores the member detail,
// because Detail computes the text from the code and the parameters. The pointer must be "#" or
// begin with "#/". UnmarshalJSON returns an error for another pointer and for other JSON. p is then
// unchanged.
func (p *Problem) UnmarshalJSON(b []byte) error {
	var read problemJSON
	if err := json.Unmarshal(b, &read); err != nil {
		return err
	}
	path, found := strings.CutPrefix(read.Pointer, "#")
	path, err := url.PathUnescape(path)
	if !found || err != nil || path != "" && path[0] != '/' {
		return errProblem
	}
	*p = Problem{path, read.Code, read.Params}
	return nil
}

// MarshalJSON encodes the problems as an array, the errors member of a problem document (RFC 9457).
// If problems were dropped, a last item with the code more_problems has their number.
func (e *Error) MarshalJSON() ([]byte, error) { return json.Marshal(e.problemList()) }

func (e *Error) problemList() []Problem {
	if e == nil {
		return []Problem{}
	}
	list := append(make([]Problem, 0, len(e.Problems)+1), e.Problems...)
	if e.Dropped > 0 {
		list = append(list, Problem{Code: more, Params: Params{}.WithInt("count", int64(e.Dropped))})
	}
	return list
}

// UnmarshalJSON implements json.Unmarshaler. It decodes what MarshalJSON encodes, including the
// number of dropped problems. null gives an Error without problems. It returns an error, and leaves
// e unchanged, for JSON that is no array of problems.
func (e *Error) UnmarshalJSON(b []byte) error {
	var list []Problem
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	read := Error{Problems: list}
	if last := len(list) - 1; last >= 0 && list[last].Code == more {
		n, _ := list[last].Params.Int("count")
		read = Error{Problems: list[:last], Dropped: int(max(n, 0))}
	}
	*e = read
	return nil
}

// moreDetail returns the detail of the code more_problems, with the number of dropped problems.
func (p Problem) moreDetail() string {
	n, _ := p.Params.Int("count")
	return "has " + strconv.FormatInt(n, 10) + " more problems"
}
