package omnidesk

import (
	"strconv"

	"github.com/ca74b63c/roster/examples/openapi"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// The names of what a user has are those under which the calls take it, since the document shows
// no answer. Answers are written by hand: by reflection they would cost more than everything else
// that a call does.

// itemField is a member of a user in a reply.
type itemField struct {
	name   string
	part   part
	schema *openapi.Schema
	write  func([]byte, *user.User) []byte
	key    string // the name as it stands in an object
}

// part is the place of a member: in every user; among the settings of a user in an extended list;
// or beside the settings.
type part uint8

const (
	inProfile part = iota
	inSettings
	inLists
)

var itemFields = withKeys([]itemField{
	itemNumber("id", inProfile, func(u *user.User) int64 { return int64(u.ID) }),
	itemText("firstname", func(u *user.User) string { return u.Names.First }),
	itemText("lastname", func(u *user.User) string { return u.Names.Last }),
	itemText("name", func(u *user.User) string { return u.Identity.Login }),
	itemText("email", func(u *user.User) string { return u.Contact.Email }),
	itemText("telephone", func(u *user.User) string { return u.Contact.Phone }),
	itemText("language", func(u *user.User) string { return u.Contact.Language }),
	itemText("dateFormat", func(u *user.User) string { return u.Contact.DateFormat }),
	{name: "groups", schema: openapi.List(openapi.Integer()), write: func(b []byte, u *user.User) []byte { return appendIDs(b, u.Access.Groups) }},
	itemFlag("active", inProfile, func(u *user.User) bool { return u.Enabled() }),
	itemNumber("statusID", inProfile, func(u *user.User) int64 { return int64(u.Presence.Status.Number()) }),
	itemFlag("statusLocked", inProfile, func(u *user.User) bool { return u.Presence.Lock.Locked }),
	itemNumber("maxChats", inSettings, func(u *user.User) int64 { return int64(u.Capacity.MaxChats) }),
	itemFlag("chatSoundNewMessage", inSettings, func(u *user.User) bool { return u.Preferences.ChatSound }),
	itemFlag("notifyOnTicketAssignment", inSettings, func(u *user.User) bool { return u.Preferences.NotifyAssignment }),
	itemFlag("ticketIncognitoMode", inSettings, func(u *user.User) bool { return u.Preferences.Incognito }),
	itemFlag("callsAutoAnswer", inSettings, func(u *user.User) bool { return u.Preferences.AutoAnswer }),
	{
		name: "views", part: inLists, schema: openapi.List(openapi.Integer()),
		write: func(b []byte, u *user.User) []byte { return appendIDs(b, u.Preferences.Views) },
	},
	{name: "statistics", part: inLists, schema: openapi.List(statisticSchema), write: appendStatistics},
	{name: "campaigns", part: inLists, schema: openapi.List(campaignSchema), write: appendCampaigns},
})

func withKeys(list []itemField) []itemField {
	for i := range list {
		list[i].key = `"` + list[i].name + `":`
	}
	return list
}

func itemText(name string, of func(*user.User) string) itemField {
	return itemField{name: name, schema: openapi.Text(), write: func(b []byte, u *user.User) []byte { return vendorhttp.AppendText(b, of(u)) }}
}

func itemNumber(name string, p part, of func(*user.User) int64) itemField {
	return itemField{name: name, part: p, schema: openapi.Integer(), write: func(b []byte, u *user.User) []byte { return strconv.AppendInt(b, of(u), 10) }}
}

func itemFlag(name string, p part, of func(*user.User) bool) itemField {
	return itemField{name: name, part: p, schema: openapi.Boolean(), write: func(b []byte, u *user.User) []byte { return strconv.AppendBool(b, of(u)) }}
}

// appendItem appends a user to b as a JSON object of a list, and returns the extended b. The object
// has the members of the profile. If extended is true, it also has an object "settings" and the
// members "views", "statistics" and "campaigns".
func appendItem(b []byte, u *user.User, extended bool) []byte {
	b = appendPart(append(b, '{'), u, inProfile)
	if extended {
		b = append(b, `,"settings":{`...)
		b = append(appendPart(b, u, inSettings), '}', ',')
		b = appendPart(b, u, inLists)
	}
	return append(b, '}')
}

// appendEverything appends a user to b as the JSON object of GET /user/settings, and returns the
// extended b. The object has the members of the profile, the settings and the lists. Unlike the
// object of appendItem, it has no inner object "settings".
func appendEverything(b []byte, u *user.User) []byte {
	b = append(appendPart(append(b, '{'), u, inProfile), ',')
	b = append(appendPart(b, u, inSettings), ',')
	return append(appendPart(b, u, inLists), '}')
}

// appendPart appends the members of a part.
func appendPart(b []byte, u *user.User, p part) []byte {
	for i := range itemFields {
		if f := &itemFields[i]; f.part == p {
			b = append(f.write(append(b, f.key...), u), ',')
		}
	}
	return b[:len(b)-1]
}

var statisticSchema = openapi.Object(
	openapi.Member{Name: "statistic", Schema: openapi.Text()}, openapi.Member{Name: "statisticPrimaryOption", Schema: openapi.Text()},
	openapi.Member{Name: "statisticSecondaryOption", Schema: openapi.Text()}, openapi.Member{Name: "watch", Schema: openapi.Boolean()},
)

func appendStatistics(b []byte, u *user.User) []byte {
	b = append(b, '[')
	for s := range u.Preferences.Statistics.All() {
		b = vendorhttp.AppendText(append(b, `{"statistic":`...), s.Name)
		b = vendorhttp.AppendText(append(b, `,"statisticPrimaryOption":`...), s.Option)
		b = vendorhttp.AppendText(append(b, `,"statisticSecondaryOption":`...), s.Secondary)
		b = strconv.AppendBool(append(b, `,"watch":`...), s.Watched)
		b = append(b, '}', ',')
	}
	return closeList(b)
}

var campaignSchema = openapi.Object(openapi.Member{Name: "campaign", Schema: openapi.Text()}, openapi.Member{Name: "state", Schema: openapi.Boolean()})

func appendCampaigns(b []byte, u *user.User) []byte {
	b = append(b, '[')
	for c := range u.Preferences.Campaigns.All() {
		b = vendorhttp.AppendText(append(b, `{"campaign":`...), c.Name)
		b = strconv.AppendBool(append(b, `,"state":`...), c.Active)
		b = append(b, '}', ',')
	}
	return closeList(b)
}

func appendIDs[T ~int64](b []byte, set user.IDSet[T]) []byte {
	b = append(b, '[')
	for id := range set.All() {
		b = append(strconv.AppendInt(b, int64(id), 10), ',')
	}
	return closeList(b)
}

// closeList removes the last comma of a list and appends the closing bracket.
func closeList(b []byte) []byte {
	if b[len(b)-1] == ',' {
		b = b[:len(b)-1]
	}
	return append(b, ']')
}
