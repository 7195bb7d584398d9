package voximplant

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// sendPage writes the reply of GetUsers. It is written by hand, because a list is what is asked for
// most, and sent piece by piece, because a user may have ten thousand skills.
func (c *call) sendPage(q *query, page *roster.Page, names *refs) (b []byte, err error) {
	s := c.lists.Stream(c.reply, c.request, func() { begin(c.reply, http.StatusOK) })
	defer s.Close()
	b = slices.Grow(c.out, min(64+len(page.Users)*512, vendorhttp.Piece))
	b = append(b, `{"result":[`...)
	for i := range page.Users {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = s.Send(appendUser(b, q, &page.Users[i], &page.Balances[i], names)); err != nil {
			return nil, s.Fail(err)
		}
	}
	b = append(b, `],"total_count":`...)
	b = strconv.AppendInt(b, int64(page.Total), 10)
	b = append(b, `,"count":`...)
	b = append(strconv.AppendInt(b, int64(len(page.Users)), 10), '}')
	return s.Finish(b), nil
}

// appendUser writes a UserInfoType.
func appendUser(b []byte, q *query, u *user.User, funds *roster.UserBalance, names *refs) []byte {
	money := funds.Own.Text()
	b = append(b, `{"user_id":`...)
	b = strconv.AppendInt(b, int64(u.ID), 10)
	b = vendorhttp.AppendText(append(b, `,"user_name":`...), u.Identity.Login)
	b = vendorhttp.AppendText(append(b, `,"user_display_name":`...), u.Names.Display)
	b = strconv.AppendBool(append(b, `,"user_active":`...), u.Enabled())
	b = strconv.AppendBool(append(b, `,"parent_accounting":`...), u.Billing.ParentAccounting)
	if q.live {
		b = append(append(b, `,"live_balance":`...), money...)
	}
	b = append(append(b, `,"balance":`...), money...)
	b = append(append(b, `,"fixed_balance":`...), money...)
	if u.Identity.CustomData != "" {
		b = vendorhttp.AppendText(append(b, `,"user_custom_data":`...), u.Identity.CustomData)
	}
	if q.skills {
		b = appendSkills(append(b, `,"skills":`...), q.showingSkill, u, names)
	}
	if q.queues {
		b = appendQueues(append(b, `,"acd_queues":`...), u, names)
	}
	b = vendorhttp.AppendText(append(b, `,"acd_status":`...), u.Presence.Status.String())
	b = appendTime(b, `,"acd_status_change_time":`, u.Presence.Since)
	b = appendTime(b, `,"created":`, u.Lifecycle.Created)
	b = appendTime(b, `,"modified":`, u.Lifecycle.Updated)
	return append(b, `,"frozen":false,"two_factor_auth_required":false}`...)
}

// appendSkills writes the user's skills, or one of them: "The skill to show in the 'skills' field
// output", which is there if with_skills says so.
func appendSkills(b []byte, only user.SkillID, u *user.User, names *refs) []byte {
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
		b = vendorhttp.AppendText(append(b, `,"skill_name":`...), names.skills[int64(id)].Name)
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendQueues(b []byte, u *user.User, names *refs) []byte {
	b = append(b, '[')
	first := true
	for id := range u.Capacity.Queues.All() {
		if !first {
			b = append(b, ',')
		}
		first = false
		ref := names.queues[int64(id)]
		b = strconv.AppendInt(append(b, `{"acd_queue_id":`...), int64(id), 10)
		b = vendorhttp.AppendText(append(b, `,"acd_queue_name":`...), ref.Name)
		b = strconv.AppendBool(append(b, `,"auto_link":`...), ref.AutoLink)
		b = append(b, '}')
	}
	return append(b, ']')
}

// appendTime leaves out a time that is not known: an empty text is what the clients cannot parse.
// It is "YYYY-MM-DD HH:mm:ss" in UTC, the only form that the official clients read, and written by
// hand: by package time it would be a tenth of what a reply costs.
func appendTime(b []byte, name string, t time.Time) []byte {
	if t.IsZero() {
		return b
	}
	t = t.UTC()
	year, month, day := t.Date()
	if year < 0 || year > 9999 {
		return b
	}
	b = append(append(b, name...), '"')
	b = appendTwo(appendTwo(b, year/100), year%100)
	b = appendTwo(append(appendTwo(append(b, '-'), int(month)), '-'), day)
	hour, minute, second := t.Clock()
	b = appendTwo(append(appendTwo(append(appendTwo(append(b, ' '), hour), ':'), minute), ':'), second)
	return append(b, '"')
}

func appendTwo(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }
