package roster

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ca74b63c/roster/internal/usertable"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ImportReport says what Import did, or with DryRun would do.
type ImportReport struct {
	Lines     int `json:"lines"`     // lines with a user that were read
	Written   int `json:"written"`   // lines whose transactions are committed
	Created   int `json:"created"`   // users that are new
	Changed   int `json:"changed"`   // users of which an attribute changes
	Unchanged int `json:"unchanged"` // users that are already as the line says
	Bad       int `json:"bad"`       // lines with a problem

	// Problems are in the order of the lines. MoreProblems counts those beyond
	// ImportParams.MaxItems.
	Problems     []ImportProblem `json:"problems"`
	MoreProblems int             `json:"moreProblems,omitempty"`
	// Resets are the users that lose attributes with a role. MoreResets counts those beyond
	// ImportParams.MaxItems.
	Resets     []ImportReset `json:"resets"`
	MoreResets int           `json:"moreResets,omitempty"`
	// Revision is the revision of the account after the last transaction.
	Revision user.Revision `json:"revision"`
}

// ImportProblem is one thing that is wrong with one line. It holds no value of the line.
type ImportProblem struct {
	Line   int    `json:"line"`             // from 1
	Column string `json:"column,omitempty"` // "contact.email"; "" if the line as a whole is wrong
	Path   string `json:"path,omitempty"`   // the JSON pointer into a user, "/contact/email"
	// Code is a code of package validate, or the name of a Code such as "denied" or "exists".
	Code    validate.Code   `json:"code"`
	Detail  string          `json:"detail"`            // what is wrong: "is not a valid e-mail address"
	Allowed string          `json:"allowed,omitempty"` // what the column may hold: "true or false"
	Params  validate.Params `json:"params,omitzero"`
}

// String returns the problem as one line of text: "line 7, contact.email: is not a valid e-mail
// address (allowed: …)". It leaves out an empty Column and an empty Allowed.
func (p ImportProblem) String() string {
	text := fmt.Sprintf("line %d", p.Line)
	if p.Column != "" {
		text += ", " + p.Column
	}
	text += ": " + p.Detail
	if p.Allowed != "" {
		text += " (allowed: " + p.Allowed + ")"
	}
	return text
}

// ImportReset says what one user loses because a line takes a role from them.
type ImportReset struct {
	Line   int          `json:"line"`
	UserID user.ID      `json:"userId"`
	Resets []user.Reset `json:"resets"`
}

// ImportError is the error of a file with bad lines. It wraps the error of the first one.
type ImportError struct {
	Line int // of the first bad line
	Bad  int // how many lines are bad
	Err  error
}

// Error returns a text with the number and the error of the first bad line. If the file has more
// than one bad line, the text also has the number of bad lines.
func (e *ImportError) Error() string {
	text := fmt.Sprintf("roster: line %d: %v", e.Line, e.Err)
	if e.Bad > 1 {
		text += fmt.Sprintf("; %d lines are bad", e.Bad)
	}
	return text
}

// Unwrap returns the error of the first bad line.
func (e *ImportError) Unwrap() error { return e.Err }

// DefaultImportItems is how many problems and how many resets a report holds if
// ImportParams.MaxItems is 0.
const DefaultImportItems = 1000

// refuse adds a bad row and its problems to the report; the first bad row becomes r.first. Of two
// errors with a problem about one attribute, only the first is added: it may cause the other.
func (r *importRun) refuse(row *importRow) {
	r.report.Bad++
	if r.first == nil {
		r.first = &ImportError{Line: row.Line, Err: row.errs[0]}
	}
	r.first.Bad = r.report.Bad
	seen := user.Attributes(0)
	for _, err := range row.errs {
		blamed := seen
		for _, p := range r.problemsOf(row.Line, err) {
			a, ok := attributeAt(p.Path)
			if ok && seen.Has(a) {
				continue // the first problem of a value may cause others
			}
			if ok {
				blamed = blamed.With(user.AttributesOf(a))
			}
			r.add(p)
		}
		seen = blamed
	}
}

// add adds the problem p to the report. If the report has MaxItems problems, add only counts p in
// MoreProblems.
func (r *importRun) add(p ImportProblem) {
	if len(r.report.Problems) >= r.params.MaxItems {
		r.report.MoreProblems++
		return
	}
	r.report.Problems = append(r.report.Problems, p)
}

// attributeAt returns the attribute whose JSON pointer is path or a parent of path, and true. If
// there is none, it returns false.
func attributeAt(path string) (user.Attribute, bool) {
	for a := range user.Patchable().All() {
		if path == a.Path() || strings.HasPrefix(path, a.Path()+"/") {
			return a, true
		}
	}
	return 0, false
}

// problemsOf returns the problems that the report lists for err, an error about the given line. For
// a *validate.Error these are its problems, and problemsOf adds the number of problems that it
// dropped to MoreProblems of the report. For any other error it is one problem, with the name of
// CodeOf(err) as its code and the path and column of the attribute that err is about, if there is
// one.
func (r *importRun) problemsOf(line int, err error) []ImportProblem {
	var invalid *validate.Error
	if errors.As(err, &invalid) && invalid != nil {
		list := make([]ImportProblem, len(invalid.Problems))
		for i, p := range invalid.Problems {
			c := r.reader.Column(p.Path)
			list[i] = ImportProblem{line, c.Name, p.Path, p.Code, p.Detail(), c.Allowed, p.Params}
			if n, ok := p.Params.Int("line"); ok {
				list[i].Detail = fmt.Sprintf("is the same as in line %d", n)
			}
			if rule, ok := p.Params.Get("reset"); ok {
				list[i].Detail = "is reset by the rule " + rule + ", because the line takes a role away"
			}
			if p.Path == "" && p.Code == validate.Invalid {
				list[i].Detail = "cannot be read: it is no JSON object, or has a quote inside of a cell"
			}
		}
		r.report.MoreProblems += invalid.Dropped
		return list
	}
	p := ImportProblem{Line: line, Code: validate.Code(CodeOf(err).String()), Detail: detailOf(err)}
	switch {
	case takenName(err) != 0:
		p.Path = takenName(err).Attribute().Path()
	case errors.Is(err, storage.ErrAmbiguous):
		p.Path = r.params.Key.Attribute().Path()
	case errors.Is(err, user.ErrStatusLocked):
		p.Path = user.AttrStatus.Path()
	}
	for a := range denial(err).Attributes.All() {
		p.Path = a.Path()
		break
	}
	if p.Path != "" {
		p.Column = r.reader.Column(p.Path).Name
	}
	return []ImportProblem{p}
}

// detailOf returns the text of err without a prefix "roster: ", "storage: " or "user: ". Each
// prefix is removed at most once, in this order.
func detailOf(err error) string {
	text := err.Error()
	for _, prefix := range []string{"roster: ", "storage: ", "user: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return text
}

// unreadable returns the error of Import for a file that cannot be read further because of err. For
// a *usertable.FileError, it adds the problems to the report, counts one more bad line, and returns
// an *ImportError about the first bad line of the file. Any other err is returned wrapped.
func (r *importRun) unreadable(err error) error {
	var file *usertable.FileError
	if !errors.As(err, &file) {
		return fmt.Errorf("roster: reading the file: %w", err)
	}
	var c validate.Collector
	for _, p := range file.Problems {
		problem := validate.Problem{Code: p.Code}
		c.Add(problem)
		r.add(ImportProblem{Line: p.Line, Column: p.Column, Code: p.Code, Detail: problem.Detail(), Allowed: p.Allowed})
	}
	r.report.Bad++
	failed := r.first
	if failed == nil {
		failed = &ImportError{Line: file.Problems[0].Line, Err: c.Err()}
	}
	failed.Bad = r.report.Bad
	return failed
}
