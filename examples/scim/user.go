package scim

import (
	"strconv"
	"strings"
	"time"

	"github.com/ca74b63c/roster/user"
)

// view has the data that the resource of a user contains and the user does not.
type view struct {
	base   string                  // "https://host/scim/v2"
	groups map[user.GroupID]string // the names of the groups that loadGroups has read
}

// users is the resource type User of an account without custom attributes.
var users = usersOf(user.CustomSchema{})

// usersOf returns the resource type User of an account with the custom attributes custom.
func usersOf(custom user.CustomSchema) *resourceType {
	return &resourceType{
		name: "User", endpoint: "/Users", plain: userSchema, common: userCommon,
		extensions: []*schema{enterpriseSchema(custom), rosterSchemaOf(custom)},
	}
}

var userCommon = withUserValues(commonAttributes(attribute{
	Name: "externalId", Type: typeString, CaseExact: true, Mutability: readWrite, Returned: byDefault, Uniqueness: "none",
	Description: "The identifier that the client has for the user: the employee id.",
	get:         func(_ *view, u *user.User) any { return some(u.Identity.EmployeeID) },
	set:         texts(func(u *user.User) *string { return &u.Identity.EmployeeID }),
	model:       []user.Attribute{user.AttrEmployeeID},
}))

// namesByModel maps an attribute of the model to the SCIM attribute that contains it.
var namesByModel = modelNames()

func modelNames() map[user.Attribute]string {
	names := map[user.Attribute]string{}
	add := func(list []attribute, prefix string) {
		for i := range list {
			for _, a := range list[i].model {
				names[a] = prefix + list[i].Name
			}
		}
	}
	add(userCommon, "")
	add(userSchema.Attributes, "")
	add(rosterSchema.Attributes, RosterSchema+":")
	return names
}

func withUserValues(list []attribute) []attribute {
	find(list, "id").get = func(_ *view, u *user.User) any { return u.ID.String() }
	find(list, "meta").get = func(v *view, u *user.User) any {
		return object{
			"resourceType": "User", "created": stamp(u.Lifecycle.Created), "lastModified": stamp(u.Lifecycle.Updated),
			"location": v.base + "/Users/" + u.ID.String(), "version": tag(u.Version),
		}
	}
	return list
}

// tag returns the entity tag of a version.
func tag(v user.Revision) string { return `W/"` + strconv.FormatUint(uint64(v), 10) + `"` }

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

var userSchema = &schema{ID: UserSchema, Name: "User", Description: "User Account", Attributes: []attribute{
	{
		Name: "userName", Type: typeString, Required: true, Mutability: readWrite, Returned: byDefault, Uniqueness: "server",
		Description: "The name with which the user signs in.",
		get:         func(_ *view, u *user.User) any { return some(u.Identity.Login) },
		set:         texts(func(u *user.User) *string { return &u.Identity.Login }),
		model:       []user.Attribute{user.AttrLogin},
	},
	text("name", "The parts of the user's name.").with(
		text("formatted", "The given name and the family name. Another value is not kept.").computed(),
		text("familyName", "The family name."),
		text("givenName", "The given name."),
		text("middleName", "").ignored(),
		text("honorificPrefix", "").ignored(),
		text("honorificSuffix", "").ignored(),
	).from(getName, setName, user.AttrFirstName, user.AttrLastName),
	text("displayName", "The name that others see.").from(
		func(_ *view, u *user.User) any { return some(u.Names.Display) },
		texts(func(u *user.User) *string { return &u.Names.Display }), user.AttrDisplayName),
	text("preferredLanguage", "The language of the user, as \"en-US\".").from(
		func(_ *view, u *user.User) any { return some(u.Contact.Language) },
		texts(func(u *user.User) *string { return &u.Contact.Language }), user.AttrLanguage),
	text("active", "Whether the user may sign in and work. A new user is active.").of(typeBoolean).from(
		func(_ *view, u *user.User) any { return !u.Access.Disabled },
		func(u *user.User, v any) error { u.Access.Disabled = v == false; return nil }, user.AttrEnabled),
	{
		Name: "password", Type: typeString, CaseExact: true, Mutability: writeOnly, Returned: never, Uniqueness: "none",
		Description: "The new password.",
	},
	text("emails", "The e-mail address of the user, of the type work. One of another type is not kept.").many().with(
		text("value", "The address."),
		text("type", "The type of the address.").canonical("work"),
		text("primary", "Whether it is the preferred one, which the server says.").of(typeBoolean).computed(),
		text("display", "The address.").computed(),
	).from(getEmails, setEmails, user.AttrEmail),
	text("phoneNumbers", "The telephone numbers of the user, one of each type. One of another type is not kept.").many().with(
		text("value", "The number."),
		text("type", "The type of the number.").canonical("work", "mobile"),
		text("primary", "Whether it is the preferred one, which the server says.").of(typeBoolean).computed(),
		text("display", "The number.").computed(),
	).from(getPhones, setPhones, user.AttrPhone, user.AttrMobile),
	text("groups", "The groups of the user. Change them at the group.").many().fixed().with(
		text("value", "The identifier of the group.").exact().fixed(),
		attribute{
			Name: "$ref", Type: typeReference, CaseExact: true, Mutability: readOnly, Returned: byDefault, Uniqueness: "none",
			Description: "The URI of the group.", ReferenceTypes: []string{"Group"},
		},
		text("display", "The name of the group.").fixed(),
		text("type", "How the user belongs to the group.").fixed().canonical("direct"),
	).from(getGroups, nil),
	text("roles", "The roles of the user, those that a profile gives included.").many().with(
		text("value", "The name of the role.").exact(),
		text("display", "The name of the role.").computed(),
		text("type", "").ignored(),
		text("primary", "").of(typeBoolean).ignored(),
	).from(getRoles, setRoles, user.AttrRoles),
	text("title", "").ignored(),
	text("nickName", "").ignored(),
	text("profileUrl", "").of(typeReference).ignored(),
	text("userType", "").ignored(),
	text("locale", "").ignored(),
	text("timezone", "").ignored(),
	text("addresses", "").many().with(
		text("formatted", ""), text("streetAddress", ""), text("locality", ""), text("region", ""),
		text("postalCode", ""), text("country", ""), text("type", ""), text("primary", "").of(typeBoolean),
	).ignored(),
	text("ims", "").many().with(plural()...).ignored(),
	text("photos", "").many().with(plural()...).ignored(),
	text("entitlements", "").many().with(plural()...).ignored(),
	text("x509Certificates", "").many().with(plural()...).ignored(),
}}

// plural returns the sub-attributes that multi-valued attributes have by default (RFC 7643 section
// 2.4): value, display, type and primary.
func plural() []attribute {
	return []attribute{text("value", ""), text("display", ""), text("type", ""), text("primary", "").of(typeBoolean)}
}

// from returns the attribute with the functions that get its value from a user and set it in a
// user. model lists the attributes of the model that set changes.
func (a attribute) from(get func(*view, *user.User) any, set func(*user.User, any) error, model ...user.Attribute) attribute {
	a.get, a.set, a.model = get, set, model
	return a
}

// some returns the text, or nil if the text is empty.
func some(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// texts returns a function that sets a text of a user to a value. field returns a pointer to the
// text. A value that is not a text, such as nil, sets "".
func texts(field func(*user.User) *string) func(*user.User, any) error {
	return func(u *user.User, v any) error {
		*field(u), _ = v.(string)
		return nil
	}
}

func getName(_ *view, u *user.User) any {
	formatted := strings.TrimSpace(u.Names.First + " " + u.Names.Last)
	if formatted == "" {
		return nil
	}
	o := object{"formatted": formatted}
	if u.Names.First != "" {
		o["givenName"] = u.Names.First
	}
	if u.Names.Last != "" {
		o["familyName"] = u.Names.Last
	}
	return o
}

func setName(u *user.User, v any) error {
	o, _ := v.(object)
	u.Names.First, _ = o["givenName"].(string)
	u.Names.Last, _ = o["familyName"].(string)
	return nil
}

func getEmails(_ *view, u *user.User) any {
	if u.Contact.Email == "" {
		return nil
	}
	return []any{object{"value": u.Contact.Email, "display": u.Contact.Email, "type": "work", "primary": true}}
}

func setEmails(u *user.User, v any) error {
	byType, err := valuesByType("emails", v, "work")
	u.Contact.Email = byType["work"]
	return err
}

func getPhones(_ *view, u *user.User) any {
	var list []any
	for _, phone := range []struct{ typ, value string }{{"work", u.Contact.Phone}, {"mobile", u.Contact.Mobile}} {
		if phone.value != "" {
			list = append(list, object{"value": phone.value, "display": phone.value, "type": phone.typ, "primary": list == nil})
		}
	}
	if list == nil {
		return nil
	}
	return list
}

func setPhones(u *user.User, v any) error {
	byType, err := valuesByType("phoneNumbers", v, "work", "mobile")
	u.Contact.Phone, u.Contact.Mobile = byType["work"], byType["mobile"]
	return err
}

// valuesByType returns the values of a multi-valued attribute, such as phoneNumbers, as a map from
// the type to the text of the value. name is the attribute's name for errors, v is the list of
// values, and types are the types that the user can store. A value without a type gets the first of
// types. A value of another type is ignored. Types are compared without regard to case. If v is not
// a list, the map is empty.
//
// Errors: invalidValue if a value of one of the types has no text in the sub-attribute "value", or
// if two values have the same type.
func valuesByType(name string, v any, types ...string) (map[string]string, error) {
	byType := map[string]string{}
	list, _ := v.([]any)
	for _, item := range list {
		o, _ := item.(object)
		typ, ok := o["type"].(string)
		if !ok {
			typ = types[0]
		}
		if typ = lookUp(types, typ); typ == "" {
			continue
		}
		value, ok := o["value"].(string)
		if !ok {
			return nil, invalidValue(name+".value", "is required")
		}
		if _, taken := byType[typ]; taken {
			return nil, invalidValue(name, "has more than one value of the type "+typ)
		}
		byType[typ] = value
	}
	return byType, nil
}

// lookUp returns the text of the list that equals text without regard to case, "" if there is none.
func lookUp(list []string, text string) string {
	for _, s := range list {
		if strings.EqualFold(s, text) {
			return s
		}
	}
	return ""
}

func getGroups(v *view, u *user.User) any {
	var list []any
	for id := range u.Access.Groups.All() {
		text := groupText(id)
		o := object{"value": text, "$ref": v.base + "/Groups/" + text, "type": "direct"}
		if name := v.groups[id]; name != "" {
			o["display"] = name
		}
		list = append(list, o)
	}
	if list == nil {
		return nil
	}
	return list
}

func getRoles(_ *view, u *user.User) any {
	var list []any
	for role := range u.Access.Roles.All() {
		list = append(list, object{"value": string(role), "display": string(role)})
	}
	if list == nil {
		return nil
	}
	return list
}

func setRoles(u *user.User, v any) error {
	list, _ := v.([]any)
	roles := make([]user.Role, 0, len(list))
	for _, item := range list {
		o, _ := item.(object)
		name, ok := o["value"].(string)
		if !ok {
			return invalidValue("roles.value", "is required")
		}
		role, err := user.ParseRole(name)
		if err != nil {
			return invalidValue("roles.value", "is not the name of a role")
		}
		roles = append(roles, role)
	}
	u.Access.Roles = user.RolesOf(roles...)
	return nil
}
