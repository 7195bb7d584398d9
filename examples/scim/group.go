package scim

import (
	"cmp"
	"context"
	"errors"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// groupExternalID is the name of the property in which a group stores the client's identifier.
const groupExternalID = "externalId"

// groups is the resource type Group. The directory stores a group as a user.Reference. The members
// are the users that have the id of the group. A user may be in any number of groups.
var groups = &resourceType{
	name: "Group", endpoint: "/Groups", plain: groupSchema,
	common: commonAttributes(text("externalId", "The identifier that the client has for the group.").exact()),
}

var groupSchema = &schema{ID: GroupSchema, Name: "Group", Description: "Group", Attributes: []attribute{
	{
		Name: "displayName", Type: typeString, CaseExact: true, Required: true, Mutability: readWrite, Returned: byDefault, Uniqueness: "server",
		Description: "The name of the group, unique in the account.",
	},
	text("members", "The users in the group.").many().with(
		text("value", "The identifier of the user.").exact(),
		attribute{
			Name: "$ref", Type: typeReference, CaseExact: true, Mutability: readOnly, Returned: byDefault, Uniqueness: "none",
			Description: "The URI of the user.", ReferenceTypes: []string{"User"},
		},
		text("display", "The name of the user.").fixed(),
		text("type", "The resource type of the member.").fixed().canonical("User"),
	),
}}

// groupText returns the resource id of a group: "g" and the group's number. RFC 7643 section 3.1
// requires that no two resources have one id, and users and groups are numbered separately.
func groupText(id user.GroupID) string { return "g" + strconv.FormatInt(int64(id), 10) }

// parseGroup converts a resource id such as "g7" to the id of a group. The second result reports
// whether text is exactly the form that groupText writes, so "g07" is not accepted.
func parseGroup(text string) (user.GroupID, bool) {
	digits, ok := strings.CutPrefix(text, "g")
	id, err := user.ParseID(digits)
	return user.GroupID(id), ok && err == nil && groupText(user.GroupID(id)) == text
}

// groupObject returns the group ref and its members as a SCIM resource. If members is nil, the
// members are not known, and the resource is without members and without a version. If members is
// empty and not nil, the resource has a version and no members.
func (c *call) groupObject(ref *user.Reference, members []user.User) object {
	id := groupText(user.GroupID(ref.ID))
	o := object{
		"schemas": []any{GroupSchema}, "id": id, "displayName": ref.Name,
		"meta": object{"resourceType": "Group", "location": c.base + "/Groups/" + id},
	}
	if text := ref.Property(groupExternalID); text != "" {
		o["externalId"] = text
	}
	if members == nil {
		return o
	}
	var list []any
	for i := range members {
		u := &members[i]
		m := object{"value": u.ID.String(), "$ref": c.base + "/Users/" + u.ID.String(), "type": "User"}
		if name := cmp.Or(u.Names.Display, u.Identity.Login); name != "" {
			m["display"] = name
		}
		list = append(list, m)
	}
	if list != nil {
		o["members"] = list
	}
	o["meta"].(object)["version"] = groupTag(ref, members)
	return o
}

// groupTag returns the entity tag of a group, which changes if the group or the set of its members
// changes. It contains the version of ref and a hash of the ids of members. members must be
// complete and in order of id. A change of a member's own attributes does not change the tag.
func groupTag(ref *user.Reference, members []user.User) string {
	h := fnv.New64a()
	for i := range members {
		_, _ = h.Write(append(strconv.AppendInt(nil, int64(members[i].ID), 10), ',')) // never fails
	}
	return `W/"` + strconv.FormatUint(uint64(ref.Version), 10) + "-" + strconv.FormatUint(h.Sum64(), 36) + `"`
}

// loadGroup returns the group whose id is in the path, and the users in the group. The list of
// users is not nil. Errors: storage.ErrNotFound if the id is not the id of a group; those of
// reading the group and the users.
func (c *call) loadGroup(ctx context.Context) (user.Reference, []user.User, error) {
	id, ok := parseGroup(c.path[1])
	if !ok {
		return user.Reference{}, nil, storage.ErrNotFound
	}
	ref, err := c.Reference(ctx, user.ReferenceGroup, int64(id))
	if err != nil {
		return ref, nil, err
	}
	members, err := c.members(ctx, user.GroupID(ref.ID))
	return ref, members, err
}

// showGroup returns a reply with the given status and the group ref. The body has the attributes
// that the request selects. The reply also has the location and the version of the group. It panics
// if members is nil, because the version depends on the members; for no members, pass an empty
// list. Errors: those of projection for a wrong selection.
func (c *call) showGroup(status int, ref *user.Reference, members []user.User) (answer, error) {
	p, err := c.projection(groups)
	if err != nil {
		return answer{}, err
	}
	o := c.groupObject(ref, members)
	meta := o["meta"].(object)
	location, version := meta["location"].(string), meta["version"].(string)
	return answer{status, p.apply(o), location, version}, nil
}

// getGroup implements GET /Groups/{id}. It replies with the group in the path and its members. If
// the header If-None-Match has the current version of the group or "*", the reply has the status
// 304 and no body. Errors: those of loadGroup; status 412 if the header If-Match is given and does
// not have the current version or "*"; those of projection.
func getGroup(ctx context.Context, c *call) (answer, error) {
	ref, members, err := c.loadGroup(ctx)
	if err != nil {
		return answer{}, err
	}
	version := groupTag(&ref, members)
	if err := c.ifMatch(version); err != nil {
		return answer{}, err
	}
	if c.none != "" && matches(c.none, version) {
		return answer{status: http.StatusNotModified, version: version}, nil
	}
	return c.showGroup(http.StatusOK, &ref, members)
}

// groupValues has the attributes of a group that a client can set.
type groupValues struct {
	name       string
	externalID string
	members    user.IDSet[user.ID]
}

// valuesOf returns the name, the external id and the members in the resource o of a group. Without
// members, the set of members is empty.
//
// Errors: invalidValue if the name is missing, if a member has no value, or if the value is not in
// the form of a user id. valuesOf does not check that the users exist.
func valuesOf(o object) (groupValues, error) {
	var v groupValues
	var ok bool
	if v.name, ok = o["displayName"].(string); !ok {
		return v, invalidValue("displayName", "is required")
	}
	v.externalID, _ = o["externalId"].(string)
	var list []user.ID
	for _, item := range flat(o["members"]) {
		member, _ := item.(object)
		text, ok := member["value"].(string)
		if !ok {
			return v, invalidValue("members.value", "is required")
		}
		id, err := user.ParseID(text)
		if err != nil {
			return v, invalidValue("members.value", "is not the id of a user")
		}
		list = append(list, id)
	}
	v.members = user.IDSetOf(list...)
	return v, nil
}

// createGroup implements POST /Groups. It checks that all members exist, creates the group, adds
// the members, and replies 201 with the group. If adding the members fails, createGroup deletes the
// group and returns the error. If the deletion fails too, the returned error contains both errors.
// Users that were already added keep the id of the deleted group.
//
// Errors: invalidSyntax or invalidValue for a body that is missing or not valid, or for a member
// that does not exist; those of the directory.
func createGroup(ctx context.Context, c *call) (answer, error) {
	if c.body == nil {
		return answer{}, invalidSyntax("The body must be an object.")
	}
	o, err := groups.readResource(*c.body)
	if err != nil {
		return answer{}, err
	}
	v, err := valuesOf(o)
	if err != nil {
		return answer{}, err
	}
	if err := c.known(ctx, v.members); err != nil {
		return answer{}, err
	}
	ref, err := c.PutReference(ctx, v.reference(user.Reference{Kind: user.ReferenceGroup}))
	if err != nil {
		return answer{}, err
	}
	members, err := c.setMembers(ctx, user.GroupID(ref.ID), nil, v.members)
	if err != nil {
		undo := c.DeleteReference(context.WithoutCancel(ctx), user.ReferenceGroup, ref.ID)
		return answer{}, errors.Join(err, undo)
	}
	return c.showGroup(http.StatusCreated, &ref, members)
}

// reference returns a copy of ref, the stored record of a group, with the name and the external id
// in v. An empty external id removes the external id of ref. The other fields stay as they are. The
// record of a group does not contain the members.
func (v *groupValues) reference(ref user.Reference) user.Reference {
	ref.Name = v.name
	ref.Properties = ref.Properties.Without(func(p user.Property) bool { return p.Name == groupExternalID })
	if v.externalID != "" {
		ref.Properties = ref.Properties.With(user.Property{Name: groupExternalID, Value: v.externalID}, func(user.Property) bool { return false })
	}
	return ref
}

// replaceGroup implements PUT /Groups/{id}. It replaces the group in the path by the group in the
// body, and replies with the changed group. If the body has no members, all members are removed.
// Errors: invalidSyntax for a missing body; those of readResource for a body that is not valid;
// those of changeGroup.
func replaceGroup(ctx context.Context, c *call) (answer, error) {
	if c.body == nil {
		return answer{}, invalidSyntax("The body must be an object.")
	}
	after, err := groups.readResource(*c.body)
	if err != nil {
		return answer{}, err
	}
	return c.changeGroup(ctx, func(object) (object, error) { return after, nil })
}

// patchGroup implements PATCH /Groups/{id}. It applies the operations in the body to the group in
// the path, in order, and replies with the changed group. If an operation fails, or if the group
// has no displayName after the operations, patchGroup changes nothing and returns an error. Errors:
// invalidSyntax for a missing body; those of readPatch and of the operations; status 400
// ("mutability") without a displayName; those of changeGroup.
func patchGroup(ctx context.Context, c *call) (answer, error) {
	if c.body == nil {
		return answer{}, invalidSyntax("The body must be an object.")
	}
	ops, err := groups.readPatch(*c.body)
	if err != nil {
		return answer{}, err
	}
	return c.changeGroup(ctx, func(before object) (object, error) {
		after := clone(before).(object)
		if err := apply(after, ops); err != nil {
			return nil, err
		}
		return after, groups.complete(after)
	})
}

// changeGroup changes the group in the path and replies 200 with the changed group. The function
// next gets the current resource of the group and returns the new one.
//
// Before the first write, changeGroup checks the request's precondition, checks that all new
// members exist, and tries the change of the name in a dry run. Then it changes the members, and
// last the name and the external id. These are separate transactions, so after an error a part of
// the change may be done.
//
// Errors: storage.ErrNotFound if there is no such group; status 412 if the precondition fails;
// those of next and valuesOf; invalidValue for a member that does not exist; those of the
// directory.
func (c *call) changeGroup(ctx context.Context, next func(object) (object, error)) (answer, error) {
	ref, members, err := c.loadGroup(ctx)
	if err != nil {
		return answer{}, err
	}
	if err := c.precondition(groupTag(&ref, members)); err != nil {
		return answer{}, err
	}
	after, err := next(c.groupObject(&ref, members))
	if err != nil {
		return answer{}, err
	}
	v, err := valuesOf(after)
	if err != nil {
		return answer{}, err
	}
	if err := c.known(ctx, v.members); err != nil {
		return answer{}, err
	}
	changed := v.reference(ref)
	rename := !changed.Equal(ref)
	if rename {
		if _, err := c.PutReference(ctx, changed, roster.IfVersion(ref.Version), roster.DryRun()); err != nil {
			return answer{}, err
		}
	}
	if members, err = c.setMembers(ctx, user.GroupID(ref.ID), members, v.members); err != nil {
		return answer{}, err
	}
	if rename {
		if ref, err = c.PutReference(ctx, changed, roster.IfVersion(ref.Version)); err != nil {
			return answer{}, err
		}
	}
	return c.showGroup(http.StatusOK, &ref, members)
}

// deleteGroup implements DELETE /Groups/{id}. It removes the members from the group, deletes the
// group and replies 204. Before that it checks the precondition of the request, and tries the
// deletion in a dry run. The members are removed in separate transactions. So after an error the
// group may still exist, with only a part of its members or with none.
//
// Errors: storage.ErrNotFound; status 412 if the precondition fails; those of the directory.
func deleteGroup(ctx context.Context, c *call) (answer, error) {
	ref, members, err := c.loadGroup(ctx)
	if err != nil {
		return answer{}, err
	}
	if err := c.precondition(groupTag(&ref, members)); err != nil {
		return answer{}, err
	}
	if err := c.DeleteReference(ctx, user.ReferenceGroup, ref.ID, roster.IfVersion(ref.Version), roster.DryRun()); err != nil {
		return answer{}, err
	}
	if _, err := c.setMembers(ctx, user.GroupID(ref.ID), members, user.IDSet[user.ID]{}); err != nil {
		return answer{}, err
	}
	if err := c.DeleteReference(ctx, user.ReferenceGroup, ref.ID, roster.IfVersion(ref.Version)); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusNoContent}, nil
}
