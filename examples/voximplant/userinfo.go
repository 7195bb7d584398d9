package voximplant

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/openapi"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// sendPage writes the reply of GetUsers for one page of users as JSON. It returns a short reply in
// b, and the caller sends it. If a reply reaches vendorhttp.Piece bytes, sendPage sends the reply
// in pieces itself, and returns nil. A reply can be large, because a user may have ten thousand
// skills. sendPage does not use encoding/json, because lists are the most frequent calls.
//
// Errors before the first piece: vendorhttp.ErrBusy if too many lists are being sent; the error of
// the request's context. After an error later than that, sendPage closes the connection by the
// panic http.ErrAbortHandler.
func (c *call) sendPage(q *query, page *roster.Page, names *refs) (b []byte, err error) {
	s := c.lists.Stream(c.reply, c.request, func() { begin(c.reply, http.StatusOK) })
	defer s.Close()
	b = slices.Grow(c.out, min(64+len(page.Users)*512, vendorhttp.Piece))
	b = append(b, `{"result":[`...)
	u := info{query: q, names: names}
	for i := range page.Users {
		u.User, u.money = &page.Users[i], page.Balances[i].Own.Text()
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = s.Send(appendUser(b, &u)); err != nil {
			return nil, s.Fail(err)
		}
	}
	b = append(b, `],"total_count":`...)
	b = strconv.AppendInt(b, int64(page.Total), 10)
	b = append(b, `,"count":`...)
	b = append(strconv.AppendInt(b, int64(len(page.Users)), 10), '}')
	return s.Finish(b), nil
}

// info has the data of one UserInfoType.
type info struct {
	*user.User
	query *query
	money string // the user's own
	names *refs
}

// infoField is a member of a UserInfoType.
type infoField struct {
	name   string
	schema *openapi.Schema
	shown  func(*info) bool // nil: always
	write  func([]byte, *info) []byte
	key    string // the name as it stands in an object
}

var infoFields = withKeys([]infoField{
	{name: "user_id", schema: openapi.Integer(), write: func(b []byte, u *info) []byte { return strconv.AppendInt(b, int64(u.ID), 10) }},
	infoText("user_name", func(u *info) string { return u.Identity.Login }),
	infoText("user_display_name", func(u *info) string { return u.Names.Display }),
	infoFlag("user_active", func(u *info) bool { return u.Enabled() }),
	infoFlag("parent_accounting", func(u *info) bool { return u.Billing.ParentAccounting }),
	{name: "live_balance", schema: openapi.Number(), shown: func(u *info) bool { return u.query.live }, write: appendMoney},
	{name: "balance", schema: openapi.Number(), write: appendMoney},
	{name: "fixed_balance", schema: openapi.Number(), write: appendMoney},
	{
		name: "user_custom_data", schema: openapi.Text(), shown: func(u *info) bool { return u.Identity.CustomData != "" },
		write: func(b []byte, u *info) []byte { return vendorhttp.AppendText(b, u.Identity.CustomData) },
	},
	{
		name: "skills", shown: func(u *info) bool { return u.query.skills }, write: appendSkills,
		schema: openapi.List(openapi.Object(
			openapi.Member{Name: "skill_id", Schema: openapi.Integer()}, openapi.Member{Name: "skill_name", Schema: openapi.Text()},
		)),
	},
	{
		name: "acd_queues", shown: func(u *info) bool { return u.query.queues }, write: appendQueues,
		schema: openapi.List(openapi.Object(
			openapi.Member{Name: "acd_queue_id", Schema: openapi.Integer()}, openapi.Member{Name: "acd_queue_name", Schema: openapi.Text()},
			openapi.Member{Name: "auto_link", Schema: openapi.Boolean()},
		)),
	},
	infoText("acd_status", func(u *info) string { return u.Presence.Status.String() }),
	infoTime("acd_status_change_time", func(u *info) time.Time { return u.Presence.Since }),
	infoTime("created", func(u *info) time.Time { return u.Lifecycle.Created }),
	infoTime("modified", func(u *info) time.Time { return u.Lifecycle.Updated }),
	infoFlag("frozen", func(*info) bool { return false }),
	infoFlag("two_factor_auth_required", func(*info) bool { return false }),
})

func withKeys(list []infoField) []infoField {
	for i := range list {
		list[i].key = `"` + list[i].name + `":`
	}
	return list
}

func infoText(name string, of func(*info) string) infoField {
	return infoField{name: name, schema: openapi.Text(), write: func(b []byte, u *info) []byte { return vendorhttp.AppendText(b, of(u)) }}
}

func infoFlag(name string, of func(*info) bool) infoField {
	return infoField{name: name, schema: openapi.Boolean(), write: func(b []byte, u *info) []byte { return strconv.AppendBool(b, of(u)) }}
}

// infoTime returns a member for a time. The member is left out for a zero time, because the clients
// cannot parse an empty text.
func infoTime(name string, of func(*info) time.Time) infoField {
	return infoField{
		name: name, schema: openapi.Matching(`^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$`),
		shown: func(u *info) bool { return hasTime(of(u)) }, write: func(b []byte, u *info) []byte { return appendTime(b, of(u)) },
	}
}

func appendMoney(b []byte, u *info) []byte { return append(b, u.money...) }

// appendUser appends the user u to b as a JSON object of the vendor's type UserInfoType, and
// returns the extended slice. It leaves out live_balance, skills and acd_queues if the request does
// not ask for them. It leaves out an empty user_custom_data, a zero time, and a time outside of the
// years 0 to 9999. Other empty texts are written as "".
func appendUser(b []byte, u *info) []byte {
	b = append(b, '{')
	for i := range infoFields {
		if f := &infoFields[i]; f.shown == nil || f.shown(u) {
			b = append(f.write(append(b, f.key...), u), ',')
		}
	}
	b[len(b)-1] = '}'
	return b
}

// appendSkills appends the skills of the user u to b as a JSON list, and returns the extended
// slice. Each element is an object with skill_id and skill_name. A skill that the account does not
// have has the name "". If the request has showing_skill_id, appendSkills leaves out all other
// skills: "The skill to show in the 'skills' field output".
func appendSkills(b []byte, u *info) []byte {
	only := u.query.showingSkill
	b = append(b, '[')
	first := true
	for id := range u.Capacity.Skills.All() {
		if only != 0 && id != only {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = strconv.AppendInt(append(b, `{"skill_id":`...), int64(id), 10)
		b = vendorhttp.AppendText(append(b, `,"skill_name":`...), u.names.skills[int64(id)].Name)
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendQueues(b []byte, u *info) []byte {
	b = append(b, '[')
	first := true
	for id := range u.Capacity.Queues.All() {
		if !first {
			b = append(b, ',')
		}
		first = false
		ref := u.names.queues[int64(id)]
		b = strconv.AppendInt(append(b, `{"acd_queue_id":`...), int64(id), 10)
		b = vendorhttp.AppendText(append(b, `,"acd_queue_name":`...), ref.Name)
		b = strconv.AppendBool(append(b, `,"auto_link":`...), ref.AutoLink)
		b = append(b, '}')
	}
	return append(b, ']')
}

// hasTime reports whether a time is not zero and its year has four digits.
func hasTime(t time.Time) bool {
	year := t.UTC().Year()
	return !t.IsZero() && year >= 0 && year <= 9999
}

// appendTime appends the time t to b as a JSON string "YYYY-MM-DD HH:mm:ss" in UTC, and returns the
// extended slice. The year must be from 0 to 9999. The official clients accept only this form.
// appendTime does not use time.Time.Format, which is slower.
func appendTime(b []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	b = append(b, '"')
	b = appendTwo(appendTwo(b, year/100), year%100)
	b = appendTwo(append(appendTwo(append(b, '-'), int(month)), '-'), day)
	hour, minute, second := t.Clock()
	b = appendTwo(append(appendTwo(append(appendTwo(append(b, ' '), hour), ':'), minute), ':'), second)
	return append(b, '"')
}

func appendTwo(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }
