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

// fieldPaths are the vendor's names for the paths of the domain.
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

// translated returns a path of the domain, "/3/capacity/skills/0", in the vendor's words:
// "/3/skillIds". The domain sorts sets of ids, so that its index is not the caller's. A path that
// has no other word stays.
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

// mergeProblems puts problems of the domain into a reader, in the vendor's words; the new password
// goes by its own name.
func mergeProblems(in *vendorhttp.Reader, err error, newPassword string) {
	var invalid *validate.Error
	if !errors.As(err, &invalid) {
		return
	}
	for _, p := range invalid.Problems {
		p.Path = in.Path(strings.TrimPrefix(translated(p.Path, newPassword), "/"))
		in.Problems().Add(p)
	}
}

// inVendorWords returns an error of the front door with the vendor's names in it.
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
