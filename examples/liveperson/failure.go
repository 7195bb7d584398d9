package liveperson

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/validate"
)

// refusal is the body of an error reply. The vendor does not document this body for users. The form
// is that of the vendor's skills API, {"type":…,"message":…}, with all problems.
type refusal struct {
	Type    string    `json:"type"`
	Message string    `json:"message"`
	Errors  []problem `json:"errors,omitempty"`
}

// loginRefusal is the body of a failed login, in the form that the vendor's client reads.
type loginRefusal struct {
	Error        string    `json:"error"`
	InternalCode int       `json:"internalCode"` // the status, because the vendor's numbers are not known
	Errors       []problem `json:"errors,omitempty"`
}

// problem is a problem with one value. It never contains the value.
type problem struct {
	Path    string `json:"path"`            // a JSON pointer into the body, or the name of a parameter
	Field   string `json:"field,omitempty"` // the last name in the path
	Code    string `json:"code"`
	Message string `json:"message"`
}

var messages = map[roster.Code]string{
	roster.CodeInternal: "internal error", vendorhttp.CodeMalformed: "the request cannot be read", roster.CodeInvalid: "the request is not valid",
	vendorhttp.CodeTooLarge: "the request is too large", vendorhttp.CodeUnsupportedMedia: "the body must be application/json",
	vendorhttp.CodeNoRoute: "there is nothing here", vendorhttp.CodeMethodNotAllowed: "the method is not allowed here",
	roster.CodeUnauthenticated: "no or unknown credentials", roster.CodeDisabled: "the user is disabled",
	roster.CodeDenied: "the user may not do this", roster.CodeNotFound: "there is no such user",
	roster.CodeStale: "the data have another revision than If-Match", roster.CodeExists: "another user has this value",
	roster.CodeLimit: "there are as many as there may be", vendorhttp.CodeRateLimited: "too many requests",
	roster.CodeConflict: "this does not fit the present state", roster.CodeLocked: "the status is locked",
	roster.CodeLastAdministrator: "the account would have no administrator left",
	roster.CodeInsufficientFunds: "there is not enough money", roster.CodeUnavailable: "try again later",
	roster.CodeUnknownOutcome: "it is not known whether the change happened", roster.CodeCanceled: "the caller went away",
}

// mustChange is the type of the error reply if the caller must change the password first.
const mustChange = "password_change_required"

// fail writes the failure f as a JSON reply in the vendor's form: the kind, a message and the
// problems. correctCode first corrects the code of f; the status is then f.HTTPStatus(). The
// reply to a request for a login has the status in the body instead of the kind. fail sets these
// headers:
//
//   - WWW-Authenticate if the caller is not signed in, or is disabled
//   - Ac-Revision and ETag with the current revision, if the revision of the request is stale and f
//     contains the current one
//   - Retry-After if f has a time after which the client may try again
func fail(w http.ResponseWriter, r *http.Request, f vendorhttp.Failure) {
	f = correctCode(f)
	kind, message := vendorhttp.NameOf(f.Code), messages[f.Code]
	if f.Code == vendorhttp.CodeTooLarge && f.What != "" {
		message += ": it has " + f.What
	}
	if errors.Is(f.Err, errMustChange) {
		kind, message = mustChange, "the password must be changed first"
	}
	status := f.HTTPStatus()
	if f.Code == roster.CodeUnauthenticated || f.Code == roster.CodeDisabled {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if f.Code == roster.CodeStale && f.Current != 0 {
		current := []string{strconv.FormatUint(uint64(f.Current), 10)}
		w.Header()["Ac-Revision"], w.Header()["Etag"] = current, current
	}
	f.SetRetryAfter(w)
	var body []byte
	var err error
	if p, ok := parsePath(r.URL.Path); ok && p.route == loginRoute {
		body, err = json.Marshal(loginRefusal{message, status, problemsOf(f)})
	} else {
		body, err = json.Marshal(refusal{kind, message, problemsOf(f)})
	}
	if err != nil {
		status, body = http.StatusInternalServerError, nil // cannot happen: the body has only texts and numbers
	}
	write(w, status, body)
}

// correctCode returns f with the code that is right for this API. If the caller must change the
// password, the code is roster.CodeDenied. If the user of the caller does not exist, is deleted or
// is disabled, the code roster.CodeDenied becomes roster.CodeUnauthenticated. Any other failure is
// returned unchanged.
func correctCode(f vendorhttp.Failure) vendorhttp.Failure {
	var denied *permission.Denied
	switch {
	case errors.Is(f.Err, errMustChange):
		f.Code = roster.CodeDenied
	case f.Code == roster.CodeDenied && errors.As(f.Err, &denied):
		switch denied.Rule {
		case permission.RuleNoActor, permission.RuleActorDeleted, permission.RuleActorDisabled:
			f.Code = roster.CodeUnauthenticated
		}
	}
	return f
}

// problemsOf returns the problems of the failure f in the vendor's form. If f.Err is an
// *itemErrors, these are the problems of all items. Otherwise the code of f decides: the result is
// f.Problems for roster.CodeInvalid, one problem Duplicate for roster.CodeExists, and nil for any
// other code.
//
// If several problems in a row have the same path, the result contains only the first. Problems of
// unknown parameters are an exception: the result contains each of them.
func problemsOf(f vendorhttp.Failure) []problem {
	var items *itemErrors
	if errors.As(f.Err, &items) {
		return items.problems()
	}
	return appendProblems(nil, "", f)
}

// appendProblems appends the problems of the failure f to list, as problemsOf describes, and
// returns the result. before is the path of the item that f is about, or "". If before is not "",
// an f with any other code gives one problem with the name of the code.
func appendProblems(list []problem, before string, f vendorhttp.Failure) []problem {
	switch f.Code {
	case roster.CodeInvalid:
		for _, p := range f.Problems {
			path := before + p.Path
			if len(list) > 0 && list[len(list)-1].Path == path && p.Code != vendorhttp.UnknownParameter {
				continue
			}
			list = append(list, problem{path, lastName(path), string(p.Code), sentence(p)})
		}
	case roster.CodeExists:
		path := before
		if name, ok := fieldOfKey[f.What]; ok {
			path += "/" + name
		}
		list = append(list, problem{path, lastName(path), string(validate.Duplicate), messages[roster.CodeExists]})
	default:
		if before != "" {
			list = append(list, problem{before, "", vendorhttp.NameOf(f.Code), messages[f.Code]})
		}
	}
	return list
}

// sentence returns the problem p as text without its path: the code, and the parameters of p in
// parentheses, such as "too_long (max 254, unit bytes)". It leaves out the parameters "of" and
// "has". If no parameter is left, the text is the code alone. The text for an unknown parameter of
// a request is that of vendorhttp.UnknownText.
func sentence(p validate.Problem) string {
	if p.Code == vendorhttp.UnknownParameter {
		return vendorhttp.UnknownText(p)
	}
	var params []string
	for name, value := range p.Params.All() {
		if name != "of" && name != "has" { // only validate.Problem.Detail uses them
			params = append(params, name+" "+value)
		}
	}
	if len(params) == 0 {
		return string(p.Code)
	}
	return string(p.Code) + " (" + strings.Join(params, ", ") + ")"
}

// fieldOfKey maps the name of a unique key to the vendor's field.
var fieldOfKey = map[string]string{"login": "loginName", "pid": "pid", "fullName": "fullName", "id": "id"}

// lastName returns the last part of the path that is not an index, such as "skillIds" for
// "/3/skillIds/0". It returns "" if there is none.
func lastName(path string) string {
	for path != "" {
		i := strings.LastIndexByte(path, '/')
		if name := path[i+1:]; !isIndex(name) {
			return name
		}
		path = path[:max(i, 0)]
	}
	return ""
}

// itemErrors contains the errors of the items of a list: errs[i] is the error of the item at[i].
// first is the error of the call, and decides on the status.
type itemErrors struct {
	first error
	at    []int
	errs  []error
}

// Error returns the text of the error of the call, which may be about one item only.
func (e *itemErrors) Error() string { return e.first.Error() }

// Unwrap returns the error of the call.
func (e *itemErrors) Unwrap() error { return e.first }

func (e *itemErrors) problems() []problem {
	var list []problem
	for i, err := range e.errs {
		list = appendProblems(list, validate.Element("", e.at[i]), correctCode(vendorhttp.FailureOf(err)))
	}
	return list
}

// refuse returns the error for the reply to a failed call on n users, with the vendor's names of
// the fields. err is the error of the call. The vendor requires that "the body of a refusal lists
// every problem of every item", but err may be about only one user. So refuse calls try with the
// index of each user; try repeats the call for this user in a dry run. The result is an *itemErrors
// with the errors of try. For the user that err is about, it has the error in err if try returns
// nil.
//
// In these cases refuse returns another error:
//
//   - err, without calling try, if its code cannot be about a single user, such as
//     roster.CodeStale
//   - the error of the only user, without calling try, if many is false: the request has one user
//   - ctx.Err() if ctx has ended after a call of try
//   - err if no user has an error
func (c *call) refuse(ctx context.Context, err error, n int, many bool, try func(int) error) error {
	failed := vendorhttp.FailureOf(err)
	first, alone := itemOf(err)
	err = inVendorWords(err, passwordField)
	switch failed.Code {
	case roster.CodeInvalid, roster.CodeNotFound, roster.CodeExists, roster.CodeDenied, roster.CodeConflict, roster.CodeLastAdministrator:
	default:
		return err
	}
	if !many {
		return inVendorWords(alone, passwordField)
	}
	if n == 1 {
		first = 0
	}
	e := &itemErrors{first: err}
	for i := range n {
		itemErr := try(i)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if itemErr == nil && i == first {
			itemErr = alone // only together with another user is this one wrong, for example if both have the same name
		}
		if itemErr != nil {
			e.at, e.errs = append(e.at, i), append(e.errs, inVendorWords(itemErr, passwordField))
		}
	}
	if len(e.errs) == 0 {
		return err
	}
	return e
}

// itemOf returns the index of the item in the body's list that err is about, and the error of this
// item alone. If err is about no item, it returns -1 and err. For a *roster.ItemError, the results
// are its Index and its Err. For a *validate.Error, the index is that of the first problem. The
// error then has only the problems inside this item, and their paths begin at the item: "/3/pid"
// becomes "/pid". If no problem is inside the item, because the item itself is wrong, the error is
// err.
func itemOf(err error) (int, error) {
	var item *roster.ItemError
	if errors.As(err, &item) {
		return item.Index, item.Err
	}
	var of *validate.Error
	if !errors.As(err, &of) {
		return -1, err
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(of.Problems[0].Path, "/"), "/")
	index, notIndex := strconv.Atoi(first)
	if notIndex != nil {
		return -1, err
	}
	own := &validate.Error{}
	for _, p := range of.Problems {
		if rest, ok := strings.CutPrefix(p.Path, "/"+first+"/"); ok {
			p.Path = "/" + rest
			own.Problems = append(own.Problems, p)
		}
	}
	if len(own.Problems) == 0 {
		return index, err
	}
	return index, own
}
