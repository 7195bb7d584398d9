package genesys

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

// The vendor's status codes, "Return values".
const (
	codeMissing        = 1  // a required parameter is missing
	codeState          = 2  // a parameter is not valid for the current state
	codeForbidden      = 3  // operation forbidden
	codeInternal       = 4  // internal error
	codeNoPermission   = 5  // no permission
	codeNotFound       = 6  // requested resource not found
	codeChangePassword = 8  // password change demanded (later editions)
	codeExists         = 18 // resource already exists (later editions)
	codeNoCredentials  = 20 // not authenticated (later editions)
)

// refusal is an error reply. It is also an error, for endpoints with a message of their own.
type refusal struct {
	status  int
	code    int
	message string
	err     error
}

// Error returns the message of the reply.
func (r *refusal) Error() string { return r.message }

// Unwrap returns the underlying error.
func (r *refusal) Unwrap() error { return r.err }

var errChangePassword = &refusal{http.StatusForbidden, codeChangePassword, "The password must be changed first.", permission.ErrDenied}

// classRefusals has the refusal for each code. The HTTP status is that of the code unless one is
// given.
var classRefusals = map[roster.Code]refusal{
	roster.CodeInternal:             {code: codeInternal, message: "Internal error"},
	vendorhttp.CodeMalformed:        {code: codeState, message: "The request cannot be read."},
	roster.CodeInvalid:              {code: codeState, message: "The request is not valid."},
	vendorhttp.CodeTooLarge:         {code: codeState, message: "The request is too large."},
	vendorhttp.CodeUnsupportedMedia: {code: codeState, message: "The body must be application/json."},
	vendorhttp.CodeNoRoute:          {code: codeNotFound, message: "Resource not found"},
	vendorhttp.CodeMethodNotAllowed: {code: codeForbidden, message: "This operation is not allowed: the resource does not take this method"},
	roster.CodeUnauthenticated:      {code: codeNoCredentials, message: "Access denied"},
	roster.CodeDisabled:             {code: codeNoCredentials, message: "Access denied"},
	roster.CodeDenied:               {code: codeNoPermission, message: "You do not have permission for this operation."},
	roster.CodeNotFound:             {code: codeNotFound, message: "User not found"},
	roster.CodeStale:                {code: codeState, message: "The user was changed meanwhile."},
	roster.CodeExists:               {status: http.StatusForbidden, code: codeExists, message: "The resource already exists."},
	roster.CodeLocked:               {code: codeState, message: "The status of the user is locked."},
	roster.CodeInsufficientFunds:    {code: codeState, message: "There is not enough money."},
	roster.CodeConflict:             {code: codeState, message: "This is not possible in the current state."},
	roster.CodeLastAdministrator:    {status: http.StatusBadRequest, code: codeState, message: "You cannot remove the last administrator."},
	roster.CodeLimit:                {code: codeState, message: "There are as many as there may be."},
	vendorhttp.CodeRateLimited:      {code: codeForbidden, message: "Too many requests"},
	roster.CodeUnavailable:          {code: codeInternal, message: "Try again later."},
	roster.CodeUnknownOutcome:       {code: codeInternal, message: "It is not known whether the change happened."},
	roster.CodeCanceled:             {code: codeInternal, message: "The request was canceled."},
}

// refusalOf returns the refusal that is sent for the failure f. It uses the first case that
// applies:
//
//   - f contains a refusal: that refusal
//   - f is a denial by a rule that has its own refusal: the refusal of the rule
//   - f has the code CodeInvalid and problems: a refusal that lists the problems
//   - otherwise: the refusal for the code of f, or that of an internal error for an unknown
//     code. For CodeTooLarge the message includes f.What, if f.What is set
func refusalOf(f vendorhttp.Failure) refusal {
	var own *refusal
	var denied *permission.Denied
	switch {
	case errors.As(f.Err, &own):
		return *own
	case f.Code == roster.CodeDenied && errors.As(f.Err, &denied):
		if r, ok := refusalOfRule(denied); ok {
			return r
		}
	case f.Code == roster.CodeInvalid && len(f.Problems) > 0:
		return refusalOfProblems(f.Problems)
	}
	r, ok := classRefusals[f.Code]
	if !ok {
		r = classRefusals[roster.CodeInternal]
	}
	if r.status == 0 {
		r.status = vendorhttp.StatusOf(f.Code)
	}
	if f.Code == vendorhttp.CodeTooLarge && f.What != "" {
		r.message = "The request is too large: it has " + f.What + "."
	}
	return r
}

// refusalOfRule returns the refusal for a rule of the policy with a message of its own. It returns
// false for other rules. The vendor's samples show "400 FORBIDDEN" as the status line; the status
// here is 400.
func refusalOfRule(d *permission.Denied) (refusal, bool) {
	switch d.Rule {
	case permission.RuleAttributeReadOnly, permission.RuleAttributeWriteOnly, permission.RuleAttributeUnknown:
		kind := "read-only"
		if d.Rule == permission.RuleAttributeWriteOnly {
			kind = "write-only"
		}
		return refusal{
			http.StatusBadRequest, codeForbidden,
			"This operation is not allowed: '" + strings.Join(properties(d.Attributes), "', '") + "' is a " + kind + " property", nil,
		}, true
	case permission.RuleOwnAdmin:
		return refusal{http.StatusBadRequest, codeState, "You cannot remove role 'ROLE_ADMIN' from yourself.", nil}, true
	case permission.RuleGrant:
		return refusal{
			http.StatusBadRequest, codeState,
			"You cannot grant role '" + strings.Join(roleNames(d.Roles), "', '") + "', which you do not have.", nil,
		}, true
	case permission.RuleTargetHolds, permission.RuleTake:
		return refusal{
			http.StatusBadRequest, codeState,
			"You cannot do this to a user with role '" + strings.Join(roleNames(d.Roles), "', '") + "', which you cannot grant.", nil,
		}, true
	}
	return refusal{}, false
}

// refusalOfProblems returns a refusal with the HTTP status 400 and a message with one sentence for
// each problem. A sentence names the field of the problem, if the problem has a field. The code is
// codeMissing if a required field is missing. If none is missing but a field is read-only, the code
// is codeForbidden. Otherwise the code is codeState.
func refusalOfProblems(problems []validate.Problem) refusal {
	code := codeState
	var sentences []string
	for _, p := range problems {
		name := property(p.Path)
		switch {
		case p.Code == validate.Required:
			code = codeMissing
			sentences = append(sentences, "Required parameter '"+name+"' is missing")
		case p.Code == validate.ReadOnly:
			if code == codeState {
				code = codeForbidden
			}
			sentences = append(sentences, "This operation is not allowed: '"+name+"' is a read-only property")
		case name == "":
			sentences = append(sentences, "The request is not valid: "+words(p))
		default:
			sentences = append(sentences, "Parameter '"+name+"' is not valid: "+words(p))
		}
	}
	return refusal{http.StatusBadRequest, code, strings.Join(sentences, "; "), nil}
}

// words returns the problem p as text, without the name of the field. For an unknown value the text
// lists the allowed values if p has them. For an unknown parameter, and for an unknown value
// without such a list, the text is that of vendorhttp.UnknownText. Otherwise the text is the code
// of p with spaces. The text contains a wrong value only if the value has the form of a role,
// because any other value may be a misplaced secret.
func words(p validate.Problem) string {
	if allowed, ok := p.Params.Get("words"); ok && p.Code == validate.Unknown {
		allowed = "it must be " + strings.ReplaceAll(allowed, ", ", " or ")
		if role, ok := p.Params.Get("role"); ok {
			return role + " is not a role, " + allowed
		}
		return allowed
	}
	if p.Code == vendorhttp.UnknownParameter || p.Code == validate.Unknown {
		return vendorhttp.UnknownText(p)
	}
	return strings.ReplaceAll(string(p.Code), "_", " ")
}

// property returns the vendor's name of the field at path, the JSON pointer of a problem. For a
// path inside a field it returns the name of the whole field. If the vendor has no name for the
// path, property returns the first part of the path, and "" for an empty path.
func property(path string) string {
	switch path {
	case password.PathNew, password.PathOld, password.PathConfirm:
		return nameOf[user.AttrPassword]
	}
	for attribute, name := range nameOf {
		at := attribute.Path()
		if rest, ok := strings.CutPrefix(path, at); ok && at != "" && (rest == "" || rest[0] == '/') {
			return name
		}
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/") // "/roles/0" is about roles
	return unescapePointer.Replace(name)
}

var unescapePointer = strings.NewReplacer("~1", "/", "~0", "~")

// nameOf has the vendor's name of each attribute, from the attribute table.
var nameOf = func() map[user.Attribute]string {
	names := make(map[user.Attribute]string)
	for _, row := range permission.Genesys().Spec().Attributes {
		for attribute := range row.Attributes.All() {
			names[attribute] = row.Name
		}
	}
	return names
}()

// properties returns the vendor's names of attributes, each once. If the vendor has no name for an
// attribute, the name is that of this library. Attributes with the same vendor's name must be
// neighbors in attributes.All, or the name is returned twice.
func properties(attributes user.Attributes) []string {
	var names []string
	for attribute := range attributes.All() {
		name, ok := nameOf[attribute]
		if !ok {
			name = attribute.String()
		}
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return names
}

// fail writes the failure f as an HTTP reply in the vendor's form, with a statusCode and a
// statusMessage. The HTTP status is f.Status, or that of refusalOf(f) if f.Status is 0. fail also
// sets Retry-After if f has a time after which the client may try again, and WWW-Authenticate for
// the status 401.
func fail(w http.ResponseWriter, _ *http.Request, f vendorhttp.Failure) {
	r := refusalOf(f)
	if f.Status != 0 {
		r.status = f.Status
	}
	if r.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="Contact Center API", charset="UTF-8"`)
	}
	f.SetRetryAfter(w)
	body := strconv.AppendInt([]byte(`{"statusCode":`), int64(r.code), 10)
	body = vendorhttp.AppendText(append(body, `,"statusMessage":`...), r.message)
	write(w, r.status, append(body, '}'))
}
