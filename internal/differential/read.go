package differential

import (
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// read returns a random step that calls one method of storage.Reader with random arguments. About
// half of the steps list or count users.
func (r *Run) read() step {
	id, word, limit := r.id("id"), r.word("word"), r.number("limit", -1, 6)
	kind, holder := user.ReferenceKind(r.number("kind", 0, 3)), balance.Holder(r.Draw("holder", -2, 12))
	entry := storage.EntryID{Transfer: balance.TransferID(r.Draw("transfer", 0, 9)), Index: r.few("index")}
	changes, transfers := r.changeQuery(max(limit, 0)), r.transferQuery(max(limit, 0))
	consumer := r.consumer()
	steps := []step{
		call("Account"), call("User", user.ID(id)), call("Secret", user.ID(id)),
		call("Reference", kind, id), call("ReferenceByName", kind, word), call("References", kind, id-1, max(limit, 0)),
		call("Balances", holder, balance.Account, balance.Holder(id)),
		call("Transfer", entry.Transfer), call("TransferByKey", "k"), call("Reversal", entry.Transfer), call("Transfers", transfers),
		call("Statement", holder, entry, max(limit, 0)), call("Changes", changes),
		call("Delivery", consumer), call("Deliveries", consumer, max(limit, 0)),
		call("DeadLetters", consumer, changes.After, max(limit, 0)),
	}
	if k, err := user.KeyOf(user.KeyKind(kind+1), word); err == nil {
		steps = append(steps, call("UserByKey", k))
	}
	if i := r.number("read", 0, 2*len(steps)-1); i < len(steps) {
		return steps[i]
	}
	q := r.Query()
	if r.yes("count") {
		return call("CountUsers", q)
	}
	return call("Users", q)
}

// changeQuery returns a random query for changes with the given limit; 0 stands for
// storage.MaxPage. The start, the order, the user, the actor and the types of the changes are
// random.
func (r *Run) changeQuery(limit int) storage.ChangeQuery {
	q := storage.ChangeQuery{Newest: r.yes("newest"), Limit: limit}
	q.After = storage.ChangeID{Revision: user.Revision(r.few("revision")), Index: r.few("index")}
	if r.yes("of a user") {
		q.UserID = user.ID(r.id("user"))
	}
	if r.number("of an actor", 0, 3) == 3 {
		q.Actor = user.ID(r.few("actor"))
	}
	if r.yes("of types") {
		for range r.number("types", 0, 2) {
			q.Types = append(q.Types, oneOf(r, "type", storage.UserUpdated, storage.StatusChanged, "no type"))
		}
	}
	return q
}

// transferQuery returns a random query for transfers with the given limit; 0 stands for
// storage.MaxPage. The start, the order, the user and the kinds of the transfers are random.
func (r *Run) transferQuery(limit int) storage.TransferQuery {
	q := storage.TransferQuery{Newest: r.yes("newest transfers"), Limit: limit, After: balance.TransferID(r.Draw("behind", 0, 9))}
	if r.yes("of a payee") {
		q.UserID = user.ID(r.id("payee"))
	}
	for range r.number("kinds", 0, 2) {
		q.Kinds = append(q.Kinds, oneOf(r, "transfer kind", balance.Transferring, balance.Funding, balance.Returning))
	}
	return q
}

// Query returns a random query for users. The order and the page are random, and also whether the
// query selects deleted users. The query has few other filters, because a query with many filters
// rarely finds a user.
func (r *Run) Query() storage.Query {
	q := storage.Query{
		Deleted: storage.Deleted(r.number("deleted", 0, 2)), Order: storage.Order(r.number("order", 0, 2)),
		Descending: r.yes("descending"), Offset: r.few("offset"), Limit: r.few("limit"),
	}
	if r.yes("after") {
		q.After = &storage.Position{Key: r.word("position"), ID: user.ID(r.id("id"))}
	}
	n := int64(r.few("value"))
	if r.number("odd value", 0, 15) == 15 {
		n = oneOf(r, "value", odd...)
	}
	for range r.number("filters", 0, 2) {
		switch r.number("filter", 0, 24) {
		case 0:
			q.Enabled = storage.Yes
		case 1:
			q.IDs = []user.ID{user.ID(n), user.ID(n + 3), user.ID(n)}
		case 2:
			q.Kinds = []user.Kind{user.Bot}
		case 3:
			q.APIUser = storage.No
		case 4:
			q.Roles = drawRoles(int(n))
		case 5:
			q.Statuses = []user.Status{user.Status(n), user.Ready}
		case 6:
			if k, err := user.KeyOf(user.KeyKind(1+n), r.word("key")); err == nil {
				q.Key = k
			}
		case 7:
			q.Applications = []user.ApplicationID{user.ApplicationID(n), 2}
		case 8:
			q.Skill = user.SkillID(n)
		case 9:
			q.ExcludedSkill = user.SkillID(n)
		case 10:
			q.Queue = user.QueueID(n)
		case 11:
			q.MemberOf = user.GroupID(n)
		case 12:
			q.ManagerOf = user.GroupID(n)
		case 13:
			q.Text = r.word("text")
		case 14:
			q.LoginPart = r.word("part")
		case 15:
			q.Custom = r.custom()
		case 16:
			q.HasCustom = oneOf(r, "custom name", "site", "n")
		case 17:
			q.LacksCustom = oneOf(r, "custom name", "site", "n")
		case 18:
			q.Group, q.ExcludedQueue = user.GroupID(n), user.QueueID(r.few("queue"))
		case 19:
			q.ParentAccounting = storage.Yes
		case 21:
			q.Profile, q.LineOfBusiness = user.ProfileID(n), user.LineOfBusinessID(r.few("line of business"))
		case 22:
			q.PermissionGroup = user.PermissionGroupID(n)
		case 20:
			q.Within = []user.Subset{{Groups: []user.GroupID{1, user.GroupID(n)}}, {ID: user.ID(r.id("within")), Without: drawRoles(int(n))}}
		default:
			q.DisplayPart = r.word("part")
		}
	}
	return q
}

// everything returns the steps that together read all data of an account: the account, counters,
// users, secrets, transfers, changes, deliveries, dead letters, balances, statements and
// references. Some data can be read only by id or by name. For these the steps use the ids and
// names that a Run uses.
func everything() []step {
	steps := []step{
		call("Account"), call("Counters"), call("Users", storage.Query{Deleted: storage.WithDeleted}),
		call("Transfers", storage.TransferQuery{}), call("Changes", storage.ChangeQuery{Newest: true}), call("Deliveries", "", 0),
	}
	for _, name := range consumers {
		steps = append(steps, call("DeadLetters", name, storage.ChangeID{}, 0))
	}
	ids := slices.Clone(odd)
	for id := int64(balance.World); id <= 12; id++ {
		ids = append(ids, id)
		steps = append(steps, call("Balances", balance.Holder(id)))
	}
	for _, id := range ids {
		steps = append(steps, call("Secret", user.ID(id)), call("Statement", balance.Holder(id), storage.EntryID{}, 0))
	}
	for kind := user.ReferenceKind(1); kind.Valid(); kind++ {
		steps = append(steps, call("References", kind, int64(0), 0))
	}
	return steps
}
