package record

import (
	"encoding/json"
	"fmt"

	"github.com/ca74b63c/roster/user"
)

// Reference is a row of roster_refs without its account.
type Reference struct {
	Kind        string
	ID, Version int64
	Name        string
	Attributes  []byte // JSON: a piece of reference data without what stands above
}

type referenceAttributes struct {
	bareReference
	Kind    hidden `json:"kind,omitzero"`
	ID      hidden `json:"id,omitzero"`
	Version hidden `json:"version,omitzero"`
	Name    hidden `json:"name,omitzero"`
}

// bareReference is a piece of reference data without the methods that encode a whole one.
type bareReference user.Reference

// ReferenceOf converts the piece of reference data r to a row. Errors: for a kind that does not
// exist; for data that cannot be encoded as JSON.
func ReferenceOf(r user.Reference) (Reference, error) {
	kind, err := nameOf(r.Kind)
	if err != nil {
		return Reference{}, fmt.Errorf("reference data %d: %w", r.ID, err)
	}
	b, err := json.Marshal(referenceAttributes{bareReference: bareReference(r)})
	if err != nil {
		return Reference{}, fmt.Errorf("%s %d: %w", r.Kind, r.ID, err)
	}
	return Reference{kind, r.ID, int64(r.Version), r.Name, b}, nil
}

// Reference converts the row to a piece of reference data. Errors: for a kind that does not exist;
// for attributes whose JSON cannot be decoded.
func (r *Reference) Reference() (user.Reference, error) {
	var a referenceAttributes
	err := Decode(r.Attributes, &a)
	if err == nil {
		a.bareReference.ID, a.bareReference.Version, a.bareReference.Name = r.ID, user.Revision(r.Version), r.Name
		err = parse(r.Kind, &a.bareReference.Kind)
	}
	if err != nil {
		return user.Reference{}, fmt.Errorf("%s %d: %w", r.Kind, r.ID, err)
	}
	return user.Reference(a.bareReference), nil
}
