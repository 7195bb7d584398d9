package voximplant

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// query is a request of GetUsers.
type query struct {
	roster.ListParams
	app          application
	live         bool // return_live_balance
	skills       bool
	queues       bool
	showingSkill user.SkillID
}

// getUsers implements the method GetUsers: "Shows the users of the specified account." It reads the
// page of users that the parameters of the call c select, and returns the reply as JSON. If the
// reply is large, getUsers sends it piece by piece and returns nil.
//
// Errors, in this order:
//   - all problems of the parameters; 458 for both application_id and application_name
//   - if application_id is given: permission.ErrDenied if the caller may not list users, and 116
//     for an unknown application
//   - those of Handle.List and call.names
//   - those of sending the reply
func getUsers(ctx context.Context, c *call) ([]byte, error) {
	var q query
	if err := c.readQuery(&q); err != nil {
		return nil, err
	}
	if q.app.id != 0 {
		if err := c.may(ctx, permission.UserList); err != nil {
			return nil, err
		}
		id, err := c.find(ctx, q.app)
		if err != nil {
			return nil, err
		}
		q.Applications = []user.ApplicationID{id}
	}
	q.Balances = true // of the same state as the users
	page, err := c.List(ctx, q.ListParams)
	if err != nil {
		return nil, err
	}
	names, err := c.names(ctx, &q, page.Users)
	if err != nil {
		return nil, err
	}
	return c.sendPage(&q, &page, &names)
}

// maxOffset is the greatest offset that the directory accepts.
const maxOffset = 1<<31 - 1

func (c *call) readQuery(q *query) error {
	in := c.in
	var selectorErr error
	q.app, selectorErr = c.readApplication(false)
	q.ApplicationName = q.app.name
	q.Total = true
	q.Order = c.order()
	q.Limit = roster.DefaultLimit
	if n := c.id("count"); n > 0 {
		q.Limit = int(min(n, storage.MaxPage))
	}
	q.Offset = int(c.id("offset"))
	if q.Offset > maxOffset {
		in.Problem("offset", validate.OutOfRange)
	}
	if id := c.id("user_id"); id != 0 {
		q.IDs = []user.ID{user.ID(id)}
	}
	q.LoginPart = c.text("user_name")
	q.DisplayPart = c.text("user_display_name")
	if active, ok := in.Bool("user_active"); ok {
		q.Enabled = storage.Only(active)
	}
	q.Skill, q.ExcludedSkill = user.SkillID(c.id("skill_id")), user.SkillID(c.id("excluded_skill_id"))
	q.Queue, q.ExcludedQueue = user.QueueID(c.id("acd_queue_id")), user.QueueID(c.id("excluded_acd_queue_id"))
	q.Statuses = c.statuses()
	q.skills, _ = in.Bool("with_skills")
	q.queues, _ = in.Bool("with_queues")
	q.showingSkill = user.SkillID(c.id("showing_skill_id"))
	q.live = true
	if live, ok := in.Bool("return_live_balance"); ok {
		q.live = live
	}
	in.Unknown()
	return firstOf(in.Err(), selectorErr)
}

var orders = map[string]storage.Order{
	"user_id": storage.OrderByID, "user_name": storage.OrderByLogin, "user_display_name": storage.OrderByDisplayName,
}

// order returns the order of the list that the parameter order_by names. Without the parameter, the
// order is by login: "Defaults on: user_name". For an unknown name, order adds a problem Invalid,
// and the caller must not use the result.
func (c *call) order() storage.Order {
	text, ok := c.in.Text("order_by")
	if !ok {
		return storage.OrderByLogin
	}
	order, known := orders[text]
	if !known {
		c.in.Problem("order_by", validate.Invalid)
	}
	return order
}

// statuses returns the statuses that the parameter acd_status lists, separated by semicolons. It
// returns nil, which selects users of every status, if the parameter is missing or "all". For an
// unknown status, statuses adds a problem Invalid and returns nil.
func (c *call) statuses() []user.Status {
	texts, ok := c.in.Texts(";", "acd_status")
	if !ok || len(texts) == 1 && texts[0] == all {
		return nil
	}
	var list []user.Status
	for _, text := range texts {
		status, known := user.ParseStatus(text)
		if !known {
			c.in.Problem("acd_status", validate.Invalid)
			return nil
		}
		list = append(list, status)
	}
	return list
}

// refs are the skills and queues that a page shows.
type refs struct{ skills, queues map[int64]user.Reference }

// names returns the names of the skills and the queues of all users in page, by id. It reads skills
// only if q.skills is set, and queues only if q.queues is set. A skill or queue that the account
// does not have gets an empty name. Errors: those of Handle.Reference, except storage.ErrNotFound.
func (c *call) names(ctx context.Context, q *query, page []user.User) (refs, error) {
	var r refs
	if q.skills {
		r.skills = make(map[int64]user.Reference)
	}
	if q.queues {
		r.queues = make(map[int64]user.Reference)
	}
	for i := range page {
		if r.skills != nil {
			for id := range page[i].Capacity.Skills.All() {
				if err := c.name(ctx, r.skills, user.ReferenceSkill, int64(id)); err != nil {
					return r, err
				}
			}
		}
		if r.queues != nil {
			for id := range page[i].Capacity.Queues.All() {
				if err := c.name(ctx, r.queues, user.ReferenceQueue, int64(id)); err != nil {
					return r, err
				}
			}
		}
	}
	return r, nil
}

func (c *call) name(ctx context.Context, known map[int64]user.Reference, kind user.ReferenceKind, id int64) error {
	if _, ok := known[id]; ok {
		return nil
	}
	ref, err := c.Reference(ctx, kind, id)
	if errors.Is(err, storage.ErrNotFound) {
		err = nil
	}
	known[id] = ref
	return err
}
