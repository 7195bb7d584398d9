package user

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/internal/strictjson"
	"github.com/ca74b63c/roster/validate"
)

// MarshalJSON encodes the patch as a JSON merge patch (RFC 7396) of the encoded user. An attribute
// that the patch keeps is absent. An attribute that the patch clears is null.
//
//	{"capacity":{"maxChats":4,"memberOf":null},"access":{"disabled":true}}
//
// Errors: for a text that is not valid UTF-8 or has a NUL; for a value of an enumeration, such as a
// Status, that is not defined; for ReplaceCustom with values, because a merge patch cannot remove
// the custom attributes that it does not name.
func (p Patch) MarshalJSON() ([]byte, error) {
	groups := make(map[string]map[string]json.RawMessage)
	patch := make(map[string]any)
	named := p.Attributes()
	for a := range named.All() {
		b, err := attributes[a].write(&p)
		if err != nil {
			return nil, fmt.Errorf("encoding a patch: %s: %w", a.Path(), err)
		}
		group, member := a.place()
		switch {
		case member == "": // the custom attributes have no members in the table
			patch[group] = json.RawMessage(b)
			continue
		case groups[group] == nil:
			groups[group] = make(map[string]json.RawMessage)
			patch[group] = groups[group]
		}
		groups[group][member] = b
	}
	return json.Marshal(patch)
}

// UnmarshalJSON implements json.Unmarshaler. It sets p to the JSON merge patch (RFC 7396) of an
// encoded user in b. p then names only the attributes in the JSON; the earlier content of p is
// lost. A null clears an attribute. A null in place of a group, such as "contact", clears all
// attributes of the group that a patch can name. memberOf is an object with the member "group", and
// managerOf is a list of such objects. After an error p is unchanged.
//
// UnmarshalJSON does not check what Check does. Its error is a *validate.Error with every problem
// of the following kinds:
//
//   - validate.Invalid at the path "", as the only problem: the JSON is no object, or contains a
//     repeated member or an invalid text at any depth
//   - validate.Invalid: a group that is no object, or a value of another type
//   - validate.Unknown at the path of the object: a member that a user does not have. The problem
//     does not name the member, because the name may be a secret
//   - validate.ReadOnly: a member that no patch can set
//   - validate.Unknown: an unknown name, such as the name of a role
func (p *Patch) UnmarshalJSON(b []byte) error {
	var problems validate.Collector
	var read Patch
	for group, members := range objectOf(b, "", &problems) {
		path := "/" + group
		switch {
		case slices.Contains(readOnlyPaths, path):
			problems.Add(validate.Problem{Path: path, Code: validate.ReadOnly})
		case path == AttrCustom.Path():
			problems.Merge(path, read.Custom.UnmarshalJSON(members))
		case !isGroup(group):
			problems.Add(validate.UnknownMember(""))
		case isNull(members):
			for a := range numPatched {
				if strings.HasPrefix(a.Path(), path+"/") {
					_ = attributes[a].read(&read, members) // every attribute accepts null
				}
			}
		default:
			for member, value := range objectOf(members, path, &problems) {
				read.readMember(path, member, value, &problems)
			}
		}
	}
	if err := problems.Err(); err != nil {
		return err
	}
	*p = read
	return nil
}

// readMember sets the attribute of p with the path group + "/" + member to the JSON value. If it
// cannot, it leaves p unchanged and adds one problem: ReadOnly; Unknown at group for a member that
// no user has; Unknown at the path for an unknown name; otherwise Invalid.
func (p *Patch) readMember(group, member string, value []byte, problems *validate.Collector) {
	path := group + "/" + member
	if slices.Contains(readOnlyPaths, path) {
		problems.Add(validate.Problem{Path: path, Code: validate.ReadOnly})
		return
	}
	i := slices.IndexFunc(attributes[:numPatched], func(r attributeRow) bool { return r.path == path })
	if i < 0 {
		problems.Add(validate.UnknownMember(group))
		return
	}
	if err := attributes[i].read(p, value); err != nil {
		problems.Add(validate.Problem{Path: path, Code: codeOfJSON(err)})
	}
}

// readOnlyPaths are the members of an encoded user that no patch can set.
var readOnlyPaths = []string{
	"/id", "/version", "/configVersion", "/credentials/hasPassword", "/credentials/changedAt", "/credentials/signInStamp",
	"/capacity/reservations", "/presence/since", "/presence/lock", "/presence/callId", "/lifecycle",
}

// place returns the group of an encoded user that holds the attribute, and its name in the group.
func (a Attribute) place() (group, member string) {
	group, member, _ = strings.Cut(strings.TrimPrefix(a.Path(), "/"), "/")
	return group, member
}

// isGroup reports whether an encoded user has a group with this name and attributes that a patch
// can name.
func isGroup(name string) bool {
	return slices.ContainsFunc(attributes[:numPatched], func(r attributeRow) bool {
		return strings.HasPrefix(r.path, "/"+name+"/")
	})
}

// objectOf returns the members of the JSON object b. If b is no object, or if strictjson.Check
// refuses b, objectOf adds the problem Invalid at path to problems and returns nil.
func objectOf(b []byte, path string, problems *validate.Collector) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	if strictjson.Check(b) != nil || json.Unmarshal(b, &members) != nil || members == nil {
		problems.Add(validate.Problem{Path: path, Code: validate.Invalid})
		return nil
	}
	return members
}

func isNull(b []byte) bool { return string(bytes.TrimSpace(b)) == "null" }

// codeOfJSON returns validate.Unknown for the error of an unknown name, and validate.Invalid for
// the error of a wrong type.
func codeOfJSON(err error) validate.Code {
	if _, ok := err.(*json.UnmarshalTypeError); ok || strings.HasPrefix(err.Error(), "json: ") {
		return validate.Invalid
	}
	return validate.Unknown
}

// appendJSON returns the value of the field as JSON, and null if the field is cleared.
func (f *Field[T]) appendJSON() ([]byte, error) {
	if f.state != given {
		return []byte("null"), nil
	}
	return strictjson.Marshal(f.value)
}

// readJSON sets the field to the JSON value b, or clears the field if b is null. After an error of
// encoding/json the field is unchanged.
func (f *Field[T]) readJSON(b []byte) error {
	if isNull(b) {
		*f = Clear[T]()
		return nil
	}
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*f = Set(v)
	return nil
}

// patchGroup is an Assignment in a patch: it has no date, because only the library sets the date.
type patchGroup struct {
	Group GroupID `json:"group"`
}

// UnmarshalJSON implements json.Unmarshaler. It sets g.Group to the id in the member "group" of a
// JSON object. It returns an error, and leaves g unchanged, if "group" is missing or null, if the
// object has another member, or if the JSON is no object.
func (g *patchGroup) UnmarshalJSON(b []byte) error {
	var read struct {
		Group *GroupID `json:"group"`
	}
	if err := strictjson.Unmarshal(b, &read); err != nil {
		return err
	}
	if read.Group == nil {
		return &json.UnmarshalTypeError{Value: "object without group", Type: reflect.TypeFor[patchGroup]()}
	}
	g.Group = *read.Group
	return nil
}

func groupsOf(ids IDSet[GroupID]) []patchGroup {
	list := make([]patchGroup, 0, ids.Len())
	for id := range ids.All() {
		list = append(list, patchGroup{id})
	}
	return list
}

func groupIDs(list []patchGroup) IDSet[GroupID] {
	ids := make([]GroupID, len(list))
	for i, g := range list {
		ids[i] = g.Group
	}
	return IDSetOf(ids...)
}
