package liveperson

import (
	"errors"
	"slices"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

// fieldPaths maps paths of attributes of the model to the vendor's names.
var fieldPaths = pathsOf()

func pathsOf() map[string]string {
	paths := map[string]string{
		password.PathOld: "oldPassword", password.PathConfirm: "confirmPassword", "/text": "pid",
	}
	for i := range fields {
		if !fields[i].readOnly {
			paths[fields[i].attribute.Path()] = fields[i].name
		}
	}
	return paths
}

// translated converts path, the JSON pointer of a problem in the domain, to the vendor's path:
// "/3/capacity/skills/0" becomes "/3/skillIds". newPassword is the name of the new password in the
// body. An index of an item at the beginning is kept. What follows the field, such as an index, is
// dropped, because the domain sorts sets. A path that has no vendor's name is returned unchanged.
func translated(path, newPassword string) string {
	item, rest := "", path
	if first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); isIndex(first) {
		item, rest = path[:1+len(first)], path[1+len(first):]
	}
	for at := rest; at != ""; at = at[:strings.LastIndexByte(at, '/')] {
		if at == password.PathNew {
			return item + "/" + newPassword
		}
		if name, ok := fieldPaths[at]; ok {
			return item + "/" + name
		}
	}
	return path
}

func isIndex(token string) bool { return token != "" && strings.Trim(token, "0123456789") == "" }

// mergeProblems adds the problems of err to the reader, with the vendor's names of the fields.
// newPassword is the name of the new password in the body. It does nothing if err is not a
// *validate.Error.
func mergeProblems(reader *vendorhttp.Reader, err error, newPassword string) {
	var invalid *validate.Error
	if !errors.As(err, &invalid) {
		return
	}
	for _, p := range invalid.Problems {
		p.Path = reader.Path(strings.TrimPrefix(translated(p.Path, newPassword), "/"))
		reader.Problems().Add(p)
	}
}

// inVendorWords returns err with the vendor's names of the fields. If the code of err is
// roster.CodeInvalid, the result is a new *validate.Error that does not wrap err. It has the
// problems of vendorhttp.FailureOf(err), with translated paths. This includes errors that are about
// one field, such as password.ErrTooLong. If err is a denial because the old password is missing,
// the result is the problem Required at /oldPassword. Any other error is returned unchanged.
// newPassword is the name of the new password in the body.
func inVendorWords(err error, newPassword string) error {
	var denied *permission.Denied
	if errors.As(err, &denied) && denied.Rule == permission.RuleOldPassword {
		return invalid("/oldPassword", validate.Required) // "Required only when a user updates their own password."
	}
	f := vendorhttp.FailureOf(err)
	if f.Code != roster.CodeInvalid {
		return err
	}
	words := &validate.Error{Problems: slices.Clone(f.Problems)}
	for i := range words.Problems {
		words.Problems[i].Path = translated(words.Problems[i].Path, newPassword)
	}
	return words
}

func invalid(path string, code validate.Code) error {
	return &validate.Error{Problems: []validate.Problem{{Path: path, Code: code}}}
}
