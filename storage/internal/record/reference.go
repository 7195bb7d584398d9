package record

import (
	"encoding/json"
	"fmt"

	"github.com/ca74b63c/roster/user"
)

// referenceAttributes is the JSON of a piece of reference data without what has a column.
type referenceAttributes struct {
	bareReference
	Kind    hidden `json:"kind,omitzero"`
	ID      hidden `json:"id,omitzero"`
	Version hidden `json:"version,omitzero"`
	Name    hidden `json:"name,omitzero"`
}

// bareReference is a piece of reference data without the methods that encode a whole one.
type bareReference user.Reference

// ReferenceRow returns the values of the reference data r for the columns that ScanReference reads.
// It returns an error for a kind that does not exist, and for attributes that cannot be encoded as
// JSON.
func ReferenceRow(r user.Reference) ([]any, error) {
	kind, err := nameOf(r.Kind)
	if err != nil {
		return nil, fmt.Errorf("reference data %d: %w", r.ID, err)
	}
	b, err := json.Marshal(referenceAttributes{bareReference: bareReference(r)})
	if err != nil {
		return nil, fmt.Errorf("%s %d: %w", r.Kind, r.ID, err)
	}
	return []any{kind, r.ID, r.Name, int64(r.Version), string(b)}, nil
}

// ScanReference converts a row with the kind, id, name, version and attributes to reference data.
// Errors: those of row.Scan; an error for a kind that does not exist, or for attributes whose JSON
// cannot be decoded.
func ScanReference(row Row) (user.Reference, error) {
	var kind, name string
	var id, version int64
	var attributes []byte
	if err := row.Scan(&kind, &id, &name, &version, &attributes); err != nil {
		return user.Reference{}, err
	}
	var a referenceAttributes
	err := Decode(attributes, &a)
	r := user.Reference(a.bareReference)
	r.ID, r.Version, r.Name = id, user.Revision(version), name
	if err == nil {
		err = parse(kind, &r.Kind)
	}
	if err != nil {
		return user.Reference{}, fmt.Errorf("%s %d: %w", kind, id, err)
	}
	return r, nil
}
