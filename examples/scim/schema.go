package scim

import (
	"strings"

	"github.com/ca74b63c/roster/user"
)

// The identifiers of the schemas.
const (
	UserSchema       = "urn:ietf:params:scim:schemas:core:2.0:User"
	GroupSchema      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	EnterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	RosterSchema     = "urn:ietf:params:scim:schemas:extension:roster:2.0:User"

	configSchema       = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
	resourceTypeSchema = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
	schemaSchema       = "urn:ietf:params:scim:schemas:core:2.0:Schema"
	listMessage        = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	searchMessage      = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
	patchMessage       = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	bulkMessage        = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
	bulkReply          = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
	errorMessage       = "urn:ietf:params:scim:api:messages:2.0:Error"
)

// attribute describes one attribute of a resource in the form of RFC 7643 section 7. The code for
// reading, writing, filtering, sorting and documenting resources uses only these tables.
type attribute struct {
	Name            string      `json:"name"`
	Type            string      `json:"type"`
	Sub             []attribute `json:"subAttributes,omitempty"`
	Multi           bool        `json:"multiValued"`
	Description     string      `json:"description"`
	Required        bool        `json:"required"`
	CanonicalValues []string    `json:"canonicalValues,omitempty"`
	CaseExact       bool        `json:"caseExact"`
	Mutability      string      `json:"mutability"`
	Returned        string      `json:"returned"`
	Uniqueness      string      `json:"uniqueness"`
	ReferenceTypes  []string    `json:"referenceTypes,omitempty"`

	// get returns the value of the attribute of a user, nil if the user has none.
	get func(*view, *user.User) any
	// set sets the attribute of a user to a value of a request. The value nil clears the attribute.
	set func(*user.User, any) error
	// model lists the attributes of the model that set changes.
	model []user.Attribute

	// unkept is set if the server ignores the attribute in requests.
	unkept bool
	// hidden is set if the attribute never has a value. /Schemas does not list it.
	hidden bool
}

// The values of an attribute's properties.
const (
	readOnly  = "readOnly"
	writeOnly = "writeOnly"
	readWrite = "readWrite"

	byDefault = "default"
	always    = "always"
	never     = "never"

	typeString    = "string"
	typeBoolean   = "boolean"
	typeInteger   = "integer"
	typeDecimal   = "decimal"
	typeDateTime  = "dateTime"
	typeReference = "reference"
	typeComplex   = "complex"
)

// schema is a set of attributes with a name.
type schema struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Description string      `json:"description"`
	Attributes  []attribute `json:"attributes"`
}

// resourceType is a type of resources: its schemas, and the path of its collection.
type resourceType struct {
	name       string
	endpoint   string
	plain      *schema
	extensions []*schema
	common     []attribute // of every resource: schemas, id, externalId, meta
}

// find returns the attribute in list that has the name, compared without regard to case (RFC 7643
// section 2.1). It returns nil if there is none.
func find(list []attribute, name string) *attribute {
	for i := range list {
		if strings.EqualFold(list[i].Name, name) {
			return &list[i]
		}
	}
	return nil
}

// top returns the attribute of the resource type that has the name and belongs to no extension. It
// returns nil if there is none.
func (t *resourceType) top(name string) *attribute {
	if a := find(t.common, name); a != nil {
		return a
	}
	return find(t.plain.Attributes, name)
}

// extension returns the extension with the identifier, nil if there is none. The case of the
// identifier does not matter.
func (t *resourceType) extension(id string) *schema {
	for _, s := range t.extensions {
		if strings.EqualFold(s.ID, id) {
			return s
		}
	}
	return nil
}

// shown returns the attributes of list that /Schemas lists: those that are not hidden, each without
// its hidden sub-attributes. It does not change list. The result is nil if all attributes are
// hidden.
func shown(list []attribute) []attribute {
	var kept []attribute
	for _, a := range list {
		if !a.hidden {
			a.Sub = shown(a.Sub)
			kept = append(kept, a)
		}
	}
	return kept
}

// text returns a single-valued attribute of type string.
func text(name, description string) attribute {
	return attribute{
		Name: name, Type: typeString, Description: description,
		Mutability: readWrite, Returned: byDefault, Uniqueness: "none",
	}
}

// of returns the attribute with another type.
func (a attribute) of(typ string) attribute { a.Type = typ; return a }

// exact returns the attribute with a value in which upper and lower case differ.
func (a attribute) exact() attribute { a.CaseExact = true; return a }

// fixed returns the attribute as a read-only one: only the server sets the value.
func (a attribute) fixed() attribute { a.Mutability = readOnly; return a }

// computed returns the attribute as one whose value the server computes from other attributes. The
// server ignores the attribute in requests.
func (a attribute) computed() attribute { a.unkept = true; return a }

// ignored returns the attribute as one that the server ignores in requests and does not list in
// /Schemas.
func (a attribute) ignored() attribute { a.unkept, a.hidden = true, true; return a }

func (a attribute) many() attribute { a.Multi = true; return a }

// with returns the attribute as a complex one with the given sub-attributes.
func (a attribute) with(sub ...attribute) attribute {
	a.Type, a.Sub = typeComplex, sub
	return a
}

// canonical returns the attribute with a list of the values that it can have.
func (a attribute) canonical(values ...string) attribute { a.CanonicalValues = values; return a }

// commonAttributes returns the attributes that every resource has (RFC 7643 section 3.1): schemas,
// id, the given externalID, and meta, in this order. The endpoint /Schemas does not list them.
func commonAttributes(externalID attribute) []attribute {
	id := text("id", "The identifier of the resource.").exact().fixed()
	id.Returned = always
	schemas := text("schemas", "The schemas of the resource.").of(typeReference).exact().many()
	schemas.Returned = always
	meta := text("meta", "What the server knows of the resource.").fixed().with(
		text("resourceType", "The name of the resource type.").exact().fixed(),
		text("created", "When the resource was created.").of(typeDateTime).fixed(),
		text("lastModified", "When the resource was last changed.").of(typeDateTime).fixed(),
		text("location", "The URI of the resource.").of(typeReference).exact().fixed(),
		text("version", "The version of the resource, an entity tag.").exact().fixed(),
	)
	return []attribute{schemas, id, externalID, meta}
}
