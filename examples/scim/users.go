package scim

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
)

// maxAttempts is the number of attempts at a change if other callers change the user meanwhile.
const maxAttempts = 10

// show returns the reply with the user u, with the given status, the location and the version. The
// body has the attributes that the request selects, and the names of the user's groups. Errors:
// those of projection for a wrong selection; those of loadGroups.
func (c *call) show(ctx context.Context, status int, u *user.User) (answer, error) {
	p, err := c.projection(c.users)
	if err != nil {
		return answer{}, err
	}
	if err := c.loadGroups(ctx, u); err != nil {
		return answer{}, err
	}
	location := c.base + "/Users/" + u.ID.String()
	return answer{status, p.apply(c.users.userObject(&c.view, u, nil)), location, tag(u.Version)}, nil
}

// projection returns the projection for the request's parameters attributes and excludedAttributes.
// Errors: those of parseProjection.
func (c *call) projection(t *resourceType) (projection, error) {
	return t.parseProjection(c.names("attributes"), c.names("excludedAttributes"))
}

// names splits all values of a query parameter at their commas and returns the parts without
// surrounding spaces. It skips empty parts. If the parameter is missing or empty, the result is
// nil.
func (c *call) names(parameter string) []string {
	var list []string
	for _, text := range c.query[parameter] {
		for name := range strings.SplitSeq(text, ",") {
			if name = strings.TrimSpace(name); name != "" {
				list = append(list, name)
			}
		}
	}
	return list
}

// loadGroups reads the names of the groups of the users into c.groups. The name is "" if the group
// does not exist or if the key may not see the group. Errors: others of reading a group.
func (c *call) loadGroups(ctx context.Context, list ...*user.User) error {
	for _, u := range list {
		for id := range u.Access.Groups.All() {
			if _, known := c.groups[id]; known {
				continue
			}
			if c.groups == nil {
				c.groups = map[user.GroupID]string{}
			}
			ref, err := c.Reference(ctx, user.ReferenceGroup, int64(id))
			if err != nil && roster.CodeOf(err) != roster.CodeNotFound && roster.CodeOf(err) != roster.CodeDenied {
				return err
			}
			c.groups[id] = ref.Name
		}
	}
	return nil
}

// getUser implements GET /Users/{id} (RFC 7644 section 3.4.1) and GET /Me. It replies 200 with the
// user. It replies 304 without a body if If-None-Match contains the version of the user or "*".
//
// Errors: status 412 if If-Match is present and contains only other versions; those of
// roster.Handle.Get, for example storage.ErrNotFound; those of show.
func getUser(ctx context.Context, c *call) (answer, error) {
	u, err := c.Get(ctx, c.id())
	if err != nil {
		return answer{}, err
	}
	if err := c.ifMatch(tag(u.Version)); err != nil {
		return answer{}, err
	}
	if c.none != "" && matches(c.none, tag(u.Version)) {
		return answer{status: http.StatusNotModified, version: tag(u.Version)}, nil
	}
	return c.show(ctx, http.StatusOK, &u)
}

// ifMatch returns an error with the status 412 if the request has the header If-Match and the
// header contains neither the version nor "*".
func (c *call) ifMatch(version string) error {
	if c.match != "" && !matches(c.match, version) {
		return refuse(http.StatusPreconditionFailed, "", "The resource has the version "+version+".")
	}
	return nil
}

// precondition returns an error with the status 412 if If-Match or If-None-Match forbids a write to
// a resource with this version. Entity tags are compared weakly, as in the examples of RFC 7644
// section 3.14. RFC 9110 section 13.1.1 requires a strong comparison for If-Match, but then a weak
// tag never matches.
func (c *call) precondition(version string) error {
	if c.none != "" && matches(c.none, version) {
		return refuse(http.StatusPreconditionFailed, "", "The resource has the version "+version+".")
	}
	return c.ifMatch(version)
}

// matches reports whether list, entity tags with commas between them, contains the version or "*".
func matches(list, version string) bool {
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		if item == "*" || strings.TrimPrefix(item, "W/") == strings.TrimPrefix(version, "W/") {
			return true
		}
	}
	return false
}

// createUser implements POST /Users (RFC 7644 section 3.3). It creates the user that the body
// describes and replies 201 with the new user.
//
// Errors: invalidSyntax or invalidValue for a body that is not valid or has no userName; those of
// roster.Handle.Create, for example for a userName that is taken.
func createUser(ctx context.Context, c *call) (answer, error) {
	if c.body == nil {
		return answer{}, invalidSyntax("The body must be an object.")
	}
	resource, err := c.users.readResource(*c.body)
	if err != nil {
		return answer{}, err
	}
	if resource["userName"] == nil {
		return answer{}, invalidValue("userName", "is required")
	}
	p, err := c.users.newUser(resource)
	if err != nil {
		return answer{}, err
	}
	result, err := c.Create(ctx, p)
	if err != nil {
		return answer{}, err
	}
	return c.show(ctx, http.StatusCreated, &result.User)
}

// newUser returns the parameters to create the user that the resource describes. The roles in the
// resource become the granted roles. If the resource has no password, the parameters have the zero
// Password.
//
// Errors: a value that cannot be stored. Each schema reports its first such value, and the errors
// of the schemas are joined.
func (t *resourceType) newUser(resource object) (roster.CreateParams, error) {
	var u user.User
	set := func(list []attribute, values object) error {
		for i := range list {
			value, given := values[list[i].Name]
			if list[i].set == nil || !given {
				continue
			}
			if err := list[i].set(&u, value); err != nil {
				return err
			}
		}
		return nil
	}
	err := errors.Join(set(t.common, resource), set(t.plain.Attributes, resource))
	for _, s := range t.extensions {
		extension, _ := resource[s.ID].(object)
		err = errors.Join(err, set(s.Attributes, extension))
	}
	if err != nil {
		return roster.CreateParams{}, err
	}
	u.Access.Granted, u.Access.Roles = u.Access.Roles, user.Roles{}
	text, _ := resource["password"].(string)
	return roster.CreateParams{User: u, Password: roster.PasswordOf(text)}, nil
}

// replaceUser implements PUT /Users/{id} (RFC 7644 section 3.5.1). It replaces the user's
// attributes by those in the body and replies with the changed user. The password, "active",
// "roles" and whole extensions stay as they are if the body does not have them, because a client
// may not know them. Any other writable attribute that the body does not have is cleared.
//
// Errors: invalidSyntax or invalidValue for a body that is not valid or has no userName; those of
// changeUser.
func replaceUser(ctx context.Context, c *call) (answer, error) {
	if c.body == nil {
		return answer{}, invalidSyntax("The body must be an object.")
	}
	after, err := c.users.readResource(*c.body)
	if err != nil {
		return answer{}, err
	}
	if after["userName"] == nil {
		return answer{}, invalidValue("userName", "is required")
	}
	kept := []string{"active", "roles"}
	for _, s := range c.users.extensions {
		kept = append(kept, s.ID)
	}
	kept = slices.DeleteFunc(kept, func(name string) bool { return member(*c.body, name) != nil })
	return c.changeUser(ctx, func(before object) (object, error) {
		resource := clone(after).(object)
		for _, name := range kept {
			resource[name] = before[name]
		}
		return resource, nil
	})
}

// patchUser implements PATCH /Users/{id} (RFC 7644 section 3.5.2). It applies all operations in the
// body, in order, and replies with the changed user. If one operation fails, or if a required
// attribute is missing afterwards, it changes nothing.
//
// Errors: invalidSyntax for a missing body; those of readPatch for any other wrong body; those of
// the operations; mutability for a missing required attribute; those of changeUser.
func patchUser(ctx context.Context, c *call) (answer, error) {
	if c.body == nil {
		return answer{}, invalidSyntax("The body must be an object.")
	}
	ops, err := c.users.readPatch(*c.body)
	if err != nil {
		return answer{}, err
	}
	return c.changeUser(ctx, func(before object) (object, error) {
		after := clone(before).(object)
		if err := apply(after, ops); err != nil {
			return nil, err
		}
		return after, c.users.complete(after)
	})
}

// changeUser changes the user in the path and replies 200 with the changed user. The function next
// gets the current resource of the user and returns the new one. If another call changes the user
// meanwhile, changeUser begins again, for at most maxAttempts attempts.
//
// Errors: those of roster.Handle.Get, for example storage.ErrNotFound; status 412 if the
// precondition fails; those of next, resourceType.change and roster.Handle.Edit, for example
// roster.ErrStale after the last attempt.
func (c *call) changeUser(ctx context.Context, next func(object) (object, error)) (answer, error) {
	for attempt := 1; ; attempt++ {
		u, err := c.Get(ctx, c.id())
		if err != nil {
			return answer{}, err
		}
		if err := c.precondition(tag(u.Version)); err != nil {
			return answer{}, err
		}
		if err := c.loadGroups(ctx, &u); err != nil {
			return answer{}, err
		}
		before := c.users.userObject(&c.view, &u, nil)
		after, err := next(before)
		if err != nil {
			return answer{}, err
		}
		patch, password, err := c.users.change(before, u, after)
		if err != nil {
			return answer{}, err
		}
		edit := roster.Edit{ID: u.ID, Patch: patch}
		if !password.IsZero() {
			edit.Password = &roster.PasswordChange{New: password}
		}
		results, err := c.Edit(ctx, []roster.Edit{edit}, roster.IfVersion(u.Version))
		if errors.Is(err, roster.ErrStale) && attempt < maxAttempts {
			continue
		}
		if err != nil {
			return answer{}, err
		}
		return c.show(ctx, http.StatusOK, &results[0].User)
	}
}

// deleteUser implements DELETE /Users/{id} (RFC 7644 section 3.6). It deletes the user and replies
// 204. With If-Match or If-None-Match, it deletes the user only if the precondition is true and if
// the user does not change meanwhile.
//
// Errors: those of roster.Handle.Get, for example storage.ErrNotFound; status 412 if the
// precondition fails; those of roster.Handle.Delete, among them roster.ErrStale.
func deleteUser(ctx context.Context, c *call) (answer, error) {
	u, err := c.Get(ctx, c.id())
	if err != nil {
		return answer{}, err
	}
	var opts []roster.CallOption
	if c.match != "" || c.none != "" {
		if err := c.precondition(tag(u.Version)); err != nil {
			return answer{}, err
		}
		opts = append(opts, roster.IfVersion(u.Version))
	}
	if _, err := c.Delete(ctx, u.ID, opts...); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusNoContent}, nil
}
