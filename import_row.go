package roster

import (
	"crypto/sha256"
	"errors"
	"slices"

	"github.com/ca74b63c/roster/internal/usertable"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// importRow is one line of an import.
type importRow struct {
	usertable.Row
	key  user.Key // the zero Key: the line has none
	errs []error  // what is wrong whatever the account has; a row with an error is not written
	hash string   // of the password, once it was needed
}

// importName identifies a key or unique name that a line has. It is a part of a hash, because a
// file may have many.
type importName [16]byte

// newRow returns the row with its key and the problems that show without the storage, as one
// *validate.Error in errs. It removes attributes with a problem from the patch, so that later
// checks find only others. A row that could not be read, or has no valid key, has the zero key.
func (r *importRun) newRow(row usertable.Row) importRow {
	b := importRow{Row: row}
	var problems validate.Collector
	for _, p := range row.Problems {
		problems.Add(p)
	}
	if row.Unread {
		b.errs = append(b.errs, problems.Err())
		return b
	}
	problems.Merge("", b.Patch.Check(r.h.profile))
	named := b.Patch.Attributes()
	if named.Has(user.AttrRoles) && named.HasAny(user.AttributesOf(user.AttrGranted, user.AttrProfiles)) {
		problems.Add(validate.Problem{Path: user.AttrRoles.Path(), Code: validate.Conflict})
	}
	r.findNames(&b, &problems)
	err := problems.Err()
	if err == nil {
		return b
	}
	b.errs = append(b.errs, err)
	for _, p := range err.(*validate.Error).Problems {
		if a, ok := attributeAt(p.Path); ok {
			b.Patch = b.Patch.Keeping(user.AttributesOf(a))
		}
	}
	return b
}

// findNames sets the key of the row b and stores the unique names of the row in r.names. It adds a
// problem for each name that an earlier line has, and for a key that is missing or not valid.
func (r *importRun) findNames(b *importRow, problems *validate.Collector) {
	for k := user.KeyLogin; int(k) < user.NumKeyKinds; k++ {
		isKey := k == r.params.Key
		if !isKey && !k.Unique() {
			continue
		}
		path, text := k.Attribute().Path(), nameIn(&b.Patch, k)
		if text == "" && !isKey {
			continue
		}
		key, err := user.KeyOf(k, text)
		if err != nil {
			if !hasProblem(problems, path) {
				problems.Merge(path, err)
			}
			continue
		}
		if isKey {
			b.key = key
		}
		sum := sha256.Sum256(append([]byte{byte(k)}, key.Value...))
		name := importName(sum[:len(importName{})])
		if line, taken := r.names[name]; taken {
			problems.Add(validate.Problem{Path: path, Code: validate.Duplicate, Params: validate.Params{}.WithInt("line", int64(line))})
			continue
		}
		r.names[name] = int32(b.Line)
	}
}

func hasProblem(c *validate.Collector, path string) bool {
	var invalid *validate.Error
	return errors.As(c.Err(), &invalid) && slices.ContainsFunc(invalid.Problems, func(p validate.Problem) bool { return p.Path == path })
}

// nameIn returns the text that the patch p sets for the kind k of key, or "" if it sets none.
func nameIn(p *user.Patch, k user.KeyKind) (text string) {
	switch k {
	case user.KeyLogin:
		text, _ = p.Login.Get()
	case user.KeyPID:
		text, _ = p.PID.Get()
	case user.KeyFullName:
		text, _ = p.FullName.Get()
	case user.KeyEmployeeID:
		text, _ = p.EmployeeID.Get()
	}
	return text
}
