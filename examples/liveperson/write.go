package liveperson

import (
	"context"
	"net/http"
	"strconv"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// createUsers adds the user, or the list of users, in the body. It adds all users or none. The
// reply has the status 201 and the new users. For a single user it also has a location. Errors:
// those of the body; those of roster.Handle.CreateMany; a *validate.Error for an agent without
// memberOf. If users of a list are wrong, the error has the problems of every user (call.refuse).
func createUsers(ctx context.Context, c *call) (reply, error) {
	values, err := listDocuments.Document(c.r)
	if err != nil {
		return reply{}, err
	}
	bodies, many := values.Readers()
	news := make([]roster.CreateParams, len(bodies))
	for i, in := range bodies {
		e := c.readEntity(in, toAdd)
		news[i].User = e.user
		if e.password != nil {
			news[i].Password = e.password.New
		}
	}
	if err := checkList(&values, len(news), many); err != nil {
		return reply{}, err
	}
	results, err := c.CreateMany(ctx, news, roster.WithPrecondition(inGroup)) // If-Match has no meaning for new users
	if err != nil {
		return reply{}, c.refuse(ctx, err, len(news), many, func(i int) error {
			news[i].Password = roster.Password{} // hashing is slow, and readEntity has already checked the password
			_, err := c.Create(ctx, news[i], roster.WithPrecondition(inGroup), roster.DryRun())
			return err
		})
	}
	out := c.results(results, many)
	out.status = http.StatusCreated
	if !many {
		out.location = Prefix + c.path.account + "/" + usersPath + "/" + strconv.FormatInt(int64(results[0].User.ID), 10)
	}
	return out, nil
}

// updateUser replaces the user whose id is in the path by the user in the body, and returns a reply
// with the changed user. Errors: those of userID and of the body; a *validate.Error for an agent
// without memberOf; roster.ErrStale if the user has changed since the revision in the header
// If-Match; other errors of roster.Handle.Edit, in the vendor's words.
func updateUser(ctx context.Context, c *call) (reply, error) {
	id, err := c.userID()
	if err != nil {
		return reply{}, err
	}
	values, err := documents.Document(c.r)
	if err != nil {
		return reply{}, err
	}
	in, err := object(&values)
	if err != nil {
		return reply{}, err
	}
	edit := c.replacement(c.readEntity(in, purpose(id)))
	if err := in.Err(); err != nil {
		return reply{}, err
	}
	return c.edit(ctx, []roster.Edit{edit}, false)
}

// updateUsers replaces each user whose id is in an item of the body, a list of users. It replaces
// all users or none, and returns a reply with the changed users. If the body is a single object, it
// replaces this one user, and the reply has a single object.
//
// Errors: those of the body, for example a repeated id; a *validate.Error for an agent without
// memberOf; roster.ErrStale if a user has changed since the revision in If-Match; others of
// roster.Handle.Edit. If users of a list are refused, the error has the problems of all of them
// (call.refuse).
func updateUsers(ctx context.Context, c *call) (reply, error) {
	values, err := listDocuments.Document(c.r)
	if err != nil {
		return reply{}, err
	}
	bodies, many := values.Readers()
	edits := make([]roster.Edit, len(bodies))
	seen := make(map[user.ID]bool, len(bodies))
	for i, in := range bodies {
		edits[i] = c.replacement(c.readEntity(in, toChange))
		if id := edits[i].ID; id != 0 && seen[id] {
			in.Problem("id", validate.Duplicate)
		}
		seen[edits[i].ID] = true
	}
	if err := checkList(&values, len(edits), many); err != nil {
		return reply{}, err
	}
	return c.edit(ctx, edits, many)
}

func (c *call) edit(ctx context.Context, edits []roster.Edit, many bool) (reply, error) {
	results, err := c.Edit(ctx, edits, c.options(roster.WithPrecondition(inGroup))...)
	if err != nil {
		return reply{}, c.refuse(ctx, err, len(edits), many, func(i int) error {
			if edits[i].ID != c.who { // hashing is slow; only the user's own change needs it, to check the old password
				edits[i].Password = nil
			}
			_, err := c.Edit(ctx, edits[i:i+1], roster.WithPrecondition(inGroup), roster.DryRun())
			return err
		})
	}
	return c.results(results, many), nil
}

// inGroup returns an error if the user after is an agent without memberOf, which is "Required only
// if the user is an agent". It is a precondition of calls that change users.
func inGroup(_, after user.User) error {
	if after.Access.Roles.Has(user.Agent) && after.Capacity.MemberOf.IsZero() {
		return invalid(user.AttrMemberOf.Path(), validate.Required)
	}
	return nil
}

// vocabulary is the set of roles that a profile of LivePerson can give.
var vocabulary = user.RolesOf(user.Admin, user.Agent, user.AgentManager, user.CampaignManager, user.LPA)

// replacement returns an edit that replaces a user by the body e: "if certain attributes are
// missing from the body, they will be deleted". The edit also sets the new password, if the body
// has one. There are these exceptions:
//
//   - The edit keeps attributes that the version of LivePerson in the request does not have.
//   - If the fullName is missing, null or empty, the edit keeps the present fullName.
//   - If the body changes isEnabled and has no disabledManually, the edit does not set
//     disabledManually.
//   - If the body changes the profiles, the edit removes the directly granted roles that a profile
//     of LivePerson can give.
func (c *call) replacement(e entity) roster.Edit {
	keep := user.Patchable().Without(attributesAt(c.version))
	if e.keepsFullName {
		keep = keep.With(user.AttributesOf(user.AttrFullName))
	}
	return roster.Edit{
		ID: e.id, Patch: user.Replacement(e.user).Keeping(keep), Password: e.password,
		PatchFunc: func(present user.User, p user.Patch) user.Patch {
			if !e.setsManually && present.Enabled() != e.user.Enabled() {
				// "If isEnabled is changed and disabledManually is not provided": the domain sets
				// disabledManually.
				p.DisabledManually = user.Field[bool]{}
			}
			if !present.Access.Profiles.Equal(e.user.Access.Profiles) {
				// The new profiles give all of LivePerson's roles, so such roles from another
				// source end too.
				p.Granted = user.Set(present.Access.Granted.Without(vocabulary))
			}
			return p
		},
	}
}

// deleteUser deletes the user whose id is in the path, and returns a reply with the deleted user.
// Errors: those of userID and of roster.Handle.Delete, such as roster.ErrStale if the user has
// changed since the revision in the header If-Match.
func deleteUser(ctx context.Context, c *call) (reply, error) {
	id, err := c.userID()
	if err != nil {
		return reply{}, err
	}
	result, err := c.Delete(ctx, id, c.options()...)
	if err != nil {
		return reply{}, err
	}
	return c.results([]roster.Result{result}, false), nil
}

// deleteUsers deletes the users in the body, a list of ids such as ["987654321","1232455"]. It
// deletes all users or none, and returns a reply with the deleted users. Errors: those of reading
// the body; a *validate.Error if the body is not a list, is empty, or has an id that is repeated or
// is not a positive whole number; roster.ErrStale if a user has changed since the revision in
// If-Match; others of roster.Handle.DeleteMany. If some users cannot be deleted, the error has the
// problems of all of them (call.refuse).
func deleteUsers(ctx context.Context, c *call) (reply, error) {
	values, err := listDocuments.Document(c.r)
	if err != nil {
		return reply{}, err
	}
	document := values.Members[0]
	in := values.Reader()
	if document.Kind != vendorhttp.List {
		code := validate.Invalid
		if document.Kind == vendorhttp.Null {
			code = validate.Required
		}
		return reply{}, invalid("", code)
	}
	list := make([]user.ID, len(document.Items))
	seen := make(map[user.ID]bool, len(list))
	for i, item := range document.Items {
		path := validate.Element("", i)
		n, ok := item.Int()
		list[i] = user.ID(n)
		switch {
		case !ok:
			in.Problems().Add(validate.Problem{Path: path, Code: validate.Invalid})
			continue
		case seen[list[i]]:
			in.Problems().Add(validate.Problem{Path: path, Code: validate.Duplicate})
		}
		seen[list[i]] = true
		in.Problems().Range(path, n, 1, 1<<63-1)
	}
	if err := checkList(&values, len(list), true); err != nil {
		return reply{}, err
	}
	results, err := c.DeleteMany(ctx, list, c.options()...)
	if err != nil {
		return reply{}, c.refuse(ctx, err, len(list), true, func(i int) error {
			_, err := c.Delete(ctx, list[i], roster.DryRun())
			return err
		})
	}
	return c.results(results, true), nil
}

// object returns the reader of a body that must be a single JSON object. It returns a
// *validate.Error if the body is missing, is a list, or is no object.
func object(values *vendorhttp.Values) (*vendorhttp.Reader, error) {
	list, many := values.Readers()
	if many {
		return nil, invalid("", validate.Invalid)
	}
	if len(list) == 0 {
		return nil, values.Err()
	}
	return list[0], nil
}

// checkList returns the problems that values has collected, as a *validate.Error. If values has no
// problems, checkList returns the problem Required for an empty list, and nil for any other body.
// many reports whether the body is a list, and n is the number of its items.
func checkList(values *vendorhttp.Values, n int, many bool) error {
	if err := values.Err(); err != nil {
		return err
	}
	var c validate.Collector
	if many {
		c.Require("", n > 0)
	}
	return c.Err()
}

// results returns the reply to a request that changed the users in results. If many is true, the
// body is a list of these users. Otherwise it is the user in results[0]. The revision of the reply
// is the ConfigRevision of results[0], so results must not be empty.
func (c *call) results(results []roster.Result, many bool) reply {
	out := reply{revision: results[0].ConfigRevision}
	if !many {
		out.body = c.encode(&results[0].User)
		return out
	}
	body := []byte{'['}
	for i := range results {
		body = append(appendUser(body, &results[i].User, &c.fields), ',')
	}
	out.body = closeValue(body, ']')
	return out
}
