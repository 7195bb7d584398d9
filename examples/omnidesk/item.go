package omnidesk

import (
	"strconv"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// The names of what a user has are those under which the calls take it, since the document shows
// no answer. Answers are written by hand: by reflection they would cost more than everything else
// that a call does.

// appendItem appends a user in the form of a list. extended adds the preferences.
func appendItem(b []byte, u *user.User, extended bool) []byte {
	b = appendProfile(append(b, '{'), u)
	if extended {
		b = append(b, `,"settings":{`...)
		b = append(appendSwitches(b, u), '}', ',')
		b = appendLists(b, u)
	}
	return append(b, '}')
}

// appendEverything writes all that the PUT calls set of a user (GET settings).
func appendEverything(b []byte, u *user.User) []byte {
	b = append(appendProfile(append(b, '{'), u), ',')
	b = append(appendSwitches(b, u), ',')
	return append(appendLists(b, u), '}')
}

// appendProfile appends the attributes that POST and PUT of a user take.
func appendProfile(b []byte, u *user.User) []byte {
	b = strconv.AppendInt(append(b, `"id":`...), int64(u.ID), 10)
	b = vendorhttp.AppendText(append(b, `,"firstname":`...), u.Names.First)
	b = vendorhttp.AppendText(append(b, `,"lastname":`...), u.Names.Last)
	b = vendorhttp.AppendText(append(b, `,"name":`...), u.Identity.Login)
	b = vendorhttp.AppendText(append(b, `,"email":`...), u.Contact.Email)
	b = vendorhttp.AppendText(append(b, `,"telephone":`...), u.Contact.Phone)
	b = vendorhttp.AppendText(append(b, `,"language":`...), u.Contact.Language)
	b = vendorhttp.AppendText(append(b, `,"dateFormat":`...), u.Contact.DateFormat)
	b = appendIDs(append(b, `,"groups":`...), u.Access.Groups)
	b = strconv.AppendBool(append(b, `,"active":`...), u.Enabled())
	b = strconv.AppendInt(append(b, `,"statusID":`...), int64(u.Presence.Status.Number()), 10)
	return strconv.AppendBool(append(b, `,"statusLocked":`...), u.Presence.Lock.Locked)
}

func appendSwitches(b []byte, u *user.User) []byte {
	p := &u.Preferences
	b = strconv.AppendInt(append(b, `"maxChats":`...), int64(u.Capacity.MaxChats), 10)
	b = strconv.AppendBool(append(b, `,"chatSoundNewMessage":`...), p.ChatSound)
	b = strconv.AppendBool(append(b, `,"notifyOnTicketAssignment":`...), p.NotifyAssignment)
	b = strconv.AppendBool(append(b, `,"ticketIncognitoMode":`...), p.Incognito)
	return strconv.AppendBool(append(b, `,"callsAutoAnswer":`...), p.AutoAnswer)
}

func appendLists(b []byte, u *user.User) []byte {
	p := &u.Preferences
	b = appendIDs(append(b, `"views":`...), p.Views)
	b = append(b, `,"statistics":[`...)
	for s := range p.Statistics.All() {
		b = vendorhttp.AppendText(append(b, `{"statistic":`...), s.Name)
		b = vendorhttp.AppendText(append(b, `,"statisticPrimaryOption":`...), s.Option)
		b = vendorhttp.AppendText(append(b, `,"statisticSecondaryOption":`...), s.Secondary)
		b = strconv.AppendBool(append(b, `,"watch":`...), s.Watched)
		b = append(b, '}', ',')
	}
	b = append(closing(b), `,"campaigns":[`...)
	for c := range p.Campaigns.All() {
		b = vendorhttp.AppendText(append(b, `{"campaign":`...), c.Name)
		b = strconv.AppendBool(append(b, `,"state":`...), c.Active)
		b = append(b, '}', ',')
	}
	return closing(b)
}

func appendIDs[T ~int64](b []byte, set user.IDSet[T]) []byte {
	b = append(b, '[')
	for id := range set.All() {
		b = append(strconv.AppendInt(b, int64(id), 10), ',')
	}
	return closing(b)
}

// closing ends a list, whose last comma goes.
func closing(b []byte) []byte {
	if b[len(b)-1] == ',' {
		b = b[:len(b)-1]
	}
	return append(b, ']')
}
