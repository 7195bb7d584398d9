package record

import (
	"encoding/json"
	"fmt"

	"github.com/ca74b63c/roster/user"
)

// Ref is a row of roster_refs without its account.
type Ref struct {
	Kind        string
	ID, Version int64
	Name        string
	Attributes  []byte // JSON: a piece of reference data without what stands above
}

type refAttributes struct {
	bareRef
	Kind    hidden `json:"kind,omitzero"`
	ID      hidden `json:"id,omitzero"`
	Version hidden `json:"version,omitzero"`
	Name    hidden `json:"name,omitzero"`
}

// bareRef is a piece of reference data without the methods that encode a whole one.
type bareRef user.Ref

// RefOf returns a piece of reference data as a row. Errors: for a kind that has no name; for one
// that has no JSON form.
func RefOf(r user.Ref) (Ref, error) {
	kind, err := nameOf(r.Kind)
	if err != nil {
		return Ref{}, fmt.Errorf("reference data %d: %w", r.ID, err)
	}
	b, err := json.Marshal(refAttributes{bareRef: bareRef(r)})
	if err != nil {
		return Ref{}, fmt.Errorf("%s %d: %w", r.Kind, r.ID, err)
	}
	return Ref{kind, r.ID, int64(r.Version), r.Name, b}, nil
}

// Ref returns the row's piece of reference data. Errors: for a name that no kind has; for JSON that
// is no reference data's.
func (r *Ref) Ref() (user.Ref, error) {
	var a refAttributes
	err := json.Unmarshal(r.Attributes, &a)
	if err == nil {
		a.bareRef.ID, a.bareRef.Version, a.bareRef.Name = r.ID, user.Revision(r.Version), r.Name
		err = parse(r.Kind, &a.bareRef.Kind)
	}
	if err != nil {
		return user.Ref{}, fmt.Errorf("%s %d: %w", r.Kind, r.ID, err)
	}
	return user.Ref(a.bareRef), nil
}
