package user

import (
	"iter"
	"slices"

	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/validate"
)

// CustomSchema lists the custom attributes of an account. It cannot be changed after it was made.
// The zero CustomSchema has none.
type CustomSchema struct {
	_ [0]func() // forbids ==, which does not compare the attributes
	frozen[CustomAttribute]
}

// CustomSchemaOf returns the schema with the given attributes, in their order. Without arguments it
// returns the zero CustomSchema. It does not check the attributes, which CustomSchema.Check does.
func CustomSchemaOf(list ...CustomAttribute) CustomSchema {
	return CustomSchema{frozen: freeze(slices.Clone(list))}
}

// All yields the attributes in their order.
func (s CustomSchema) All() iter.Seq[CustomAttribute] { return slices.Values(s.items()) }

// Get returns the attribute with the name, and true. It returns the zero CustomAttribute and false
// if the schema has no such attribute.
func (s CustomSchema) Get(name string) (CustomAttribute, bool) {
	if a := s.find(name); a != nil {
		return *a, true
	}
	return CustomAttribute{}, false
}

// find returns the attribute with the name, or nil if s has none. The caller must not change the
// attribute, because s shares it.
func (s CustomSchema) find(name string) *CustomAttribute {
	list := s.items()
	for i := range list {
		if list[i].Name == name {
			return &list[i]
		}
	}
	return nil
}

// Equal reports whether both have the same attributes in the same order.
func (s CustomSchema) Equal(t CustomSchema) bool {
	return slices.EqualFunc(s.items(), t.items(), CustomAttribute.Equal)
}

// UnmarshalJSON sets s to the attributes in a JSON array. null gives the empty schema.
// UnmarshalJSON does not check the definitions, which Check does. After an error s is unchanged.
// The error wraps a *validate.Error with each problem at its path.
func (s *CustomSchema) UnmarshalJSON(b []byte) error {
	var list []CustomAttribute
	if err := strictjson.Unmarshal(b, &list); err != nil {
		return &decodeError{err, validate.Unmarshal(b, &list)}
	}
	*s = CustomSchemaOf(list...)
	return nil
}

// Check returns nil, or a *validate.Error with every problem of the schema: more than MaxCustom
// attributes, an invalid definition of an attribute, and a name that an earlier attribute has. If
// there are too many attributes, Check returns only that problem. The path of a problem with an
// attribute begins with the index of the attribute in the schema, such as "/0/name".
func (s CustomSchema) Check() error {
	var problems validate.Collector
	if !problems.Items("", s.Len(), MaxCustom) {
		return problems.Err()
	}
	seen := make(map[string]bool, s.Len())
	for i, a := range s.items() {
		path := validate.Element("", i)
		a.check(&problems, path)
		if seen[a.Name] {
			problems.Add(validate.Problem{Path: path + "/name", Code: validate.Duplicate})
		}
		seen[a.Name] = true
	}
	return problems.Err()
}

// checkCustom adds a problem for a name in p that the schema does not have, and for a new value
// that the schema refuses. A caller can send back a user that was read: if before has a value, p
// may repeat or clear it without a check. If a value changed or the user is new, checkCustom also
// checks the size and the required attributes of after.
func (f *Facts) checkCustom(problems *validate.Collector, p CustomPatch, before, after *User) {
	created := before.Version == 0
	if after.Custom.Equal(before.Custom) && p.frozen.IsZero() && !created {
		return
	}
	var schema CustomSchema
	if f.Custom != nil {
		schema = f.Custom()
	}
	path := AttrCustom.Path()
	for _, item := range p.items() {
		was, had := before.Custom.Get(item.name)
		if had && (item.value == was || item.value.IsZero()) {
			continue
		}
		a := schema.find(item.name)
		if a == nil {
			problems.Add(validate.UnknownMember(path)) // the name may be a secret
			continue
		}
		if problem, ok := a.problem(item.value); !ok && !item.value.IsZero() {
			problem.Path = path + "/" + item.name
			problems.Add(problem)
		}
	}
	if !created && after.Custom.Equal(before.Custom) {
		return
	}
	after.Custom.checkSize(problems, path)
	list := schema.items()
	for i := range list {
		if a := &list[i]; a.Required {
			_, has := after.Custom.Get(a.Name)
			problems.Require(path+"/"+a.Name, has)
		}
	}
}
