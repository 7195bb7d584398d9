package user

import "time"

// noon is when everything happens in the tests of this package.
var noon = time.Date(2025, 6, 22, 12, 0, 0, 0, time.UTC)

// noonZone is a zone that is not UTC.
var noonZone = time.FixedZone("CEST", 2*60*60)

// The reference data of the tests.
const (
	agents      ProfileID = 2359273512 // gives Agent
	managers    ProfileID = 2359273612 // gives AgentManager
	campaigners ProfileID = 2359273712 // gives CampaignManager
	roleless    ProfileID = 2359273812 // gives no role
)

func profiles(id ProfileID) (Profile, bool) {
	p, ok := map[ProfileID]Profile{
		agents:      {Role: Agent},
		managers:    {Role: AgentManager},
		campaigners: {Role: CampaignManager},
		roleless:    {},
	}[id]
	return p, ok
}

// facts are those of an account with the profiles above, an hour after noon.
func facts() Facts {
	return Facts{Now: noon.Add(time.Hour), Profile: profiles, Custom: func() CustomSchema { return schema }}
}

// schema has the custom attributes of crowded.
var schema = CustomSchemaOf(
	CustomAttribute{Name: "site", Type: CustomChoice, Options: ListOf("Berlin", "Łódź")},
	CustomAttribute{Name: "seniority", Type: CustomNumber, Min: NumberValue(0), Max: NumberValue(10)},
	CustomAttribute{Name: "night", Type: CustomBoolean},
	CustomAttribute{Name: "shift.start", Type: CustomDate},
)

// atWork returns crowded alive, enabled, unlocked and without reservations.
func atWork() User {
	u := crowded()
	u.Lifecycle = Lifecycle{Created: noon, Updated: noon}
	u.Access.Disabled, u.Access.DisabledManually = false, false
	u.Presence.Lock = StatusLock{}
	u.Capacity.Reservations = List[Reservation]{}
	return u
}

// crowded returns a user that has every attribute: none is at its default.
func crowded() User {
	return User{
		ID: 987654321, Version: 7, ConfigVersion: 6,
		Identity: Identity{
			Login: "unique@gmail.com", PID: "pid-1", EmployeeID: "E-1", Kind: Bot, APIUser: true,
			Description: "user’s description", CustomData: "any string",
		},
		Names: Names{First: "Łukasz", Last: "O'Brien", Full: "Łukasz O'Brien", Display: "agent1"},
		Contact: Contact{
			Email: "myEmail@gmail.com", Phone: "+31201234567", Mobile: "0542-123456", Language: "en_GB",
			DateFormat: "iso", PictureID: "p1", PictureURL: "/pictures/me.jpg", BackgroundURI: "/pictures/image.jpg",
			MobileApp: "lpMobileApp-123",
		},
		Credentials: Credentials{HasPassword: true, ChangeNextLogin: true, ChangedAt: noon, SignInStamp: 5},
		Capacity: Capacity{
			MaxChats: 4, MaxAsyncChats: Some(10), MemberOf: Assignment{1, noon},
			Skills: IDSetOf[SkillID](2359235912, 2359235922), Queues: IDSetOf[QueueID](3),
			Reservations: ListOf(Reservation{"chat", noon.Add(time.Hour)}),
		},
		Management: Management{ListOf(Assignment{1, noon}, Assignment{2, noon})},
		Presence:   Presence{Ready, noon, StatusLock{Locked: true, By: 5, At: noon}, 42},
		Preferences: Preferences{
			ChatSound: true, NotifyAssignment: true, Incognito: true, AutoAnswer: true, Views: IDSetOf[ViewID](1),
			Statistics: ListOf(Statistic{"calls", "today", "all", true}), Campaigns: ListOf(Campaign{"spring", true}),
		},
		Access: Access{
			Disabled: true, DisabledManually: true, Granted: RolesOf(Admin), Profiles: IDSetOf(agents, managers),
			Roles: RolesOf(Admin, Agent, AgentManager), Groups: IDSetOf[GroupID](1),
			PermissionGroups: IDSetOf[PermissionGroupID](1), Applications: IDSetOf[ApplicationID](9),
			LinesOfBusiness: IDSetOf[LineOfBusinessID](6549273612), Devices: IDSetOf[DeviceID](8),
			AllowedAppKeys: "key1,key2", OAuth2ClientID: "client-1",
		},
		Billing: Billing{ParentAccounting: true},
		Custom:  Custom{}.With("site", TextValue("Berlin")).With("seniority", NumberValue(3)).With("night", BoolValue(true)),
		Lifecycle: Lifecycle{
			Created: noon, Updated: noon.Add(time.Minute), Deleted: noon.Add(2 * time.Minute), Erased: true,
			HoldUntil: noon.Add(time.Hour),
		},
	}
}

// val returns the value that a JSON text stands for.
func val(text string) Value {
	var v Value
	if err := v.UnmarshalJSON([]byte(text)); err != nil {
		panic(err)
	}
	return v
}

// must returns v. It panics if err is not nil.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
