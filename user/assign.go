package user

import "github.com/ca74b63c/roster/validate"

// delta collects the attributes that a patch changed, and those of them that it set to the
// default.
type delta struct{ changed, lost Attributes }

// note adds a changed attribute.
func (d *delta) note(a Attribute, isDefault bool) {
	d.changed |= 1 << a
	if isDefault {
		d.lost |= 1 << a
	}
}

// put sets *at, the value of the attribute a, to the value of the field f. It does nothing if the
// patch keeps f or if the values are equal. A cleared field sets the zero value. put adds a changed
// attribute to d, as lost if the new value is the zero value. putIDs and putList do the same for
// sets and lists.
func put[T comparable](d *delta, a Attribute, at *T, f *Field[T]) {
	if f.state == kept || *at == f.value {
		return
	}
	*at = f.value
	d.note(a, f.value == *new(T))
}

// putName sets *at, which is the name of the attribute a, to the name in the field f in Unicode
// NFC. It adds a changed attribute to d, as lost if the new name is empty. It does nothing if the
// patch keeps f, or if *at already equals the name in NFC.
func putName(d *delta, a Attribute, at *string, f *Field[string]) {
	if f.state == kept {
		return
	}
	name := validate.Compose(f.value)
	if *at == name {
		return
	}
	*at = name
	d.note(a, name == "")
}

func putIDs[T ~int64](d *delta, a Attribute, at *IDSet[T], f *Field[IDSet[T]]) {
	if f.state == kept || at.Equal(f.value) {
		return
	}
	*at = f.value
	d.note(a, f.value.IsZero())
}

func putList[T comparable](d *delta, a Attribute, at *List[T], f *Field[List[T]]) {
	if f.state == kept || at.Equal(f.value) {
		return
	}
	*at = f.value
	d.note(a, f.value.IsZero())
}

// assign sets the attributes of u that the patch names to the values in the patch. It returns the
// attributes that changed. It leaves out the attributes with a rule of their own: Status, MemberOf,
// ManagerOf, Enabled, Roles and the custom attributes.
//
// assign names each attribute instead of using the table of attributes, because the table would
// move values to the heap on every write.
func (p *Patch) assign(u *User) delta {
	var d delta
	putName(&d, AttrLogin, &u.Identity.Login, &p.Login)
	put(&d, AttrPID, &u.Identity.PID, &p.PID)
	put(&d, AttrEmployeeID, &u.Identity.EmployeeID, &p.EmployeeID)
	put(&d, AttrKind, &u.Identity.Kind, &p.Kind)
	put(&d, AttrAPIUser, &u.Identity.APIUser, &p.APIUser)
	put(&d, AttrDescription, &u.Identity.Description, &p.Description)
	put(&d, AttrCustomData, &u.Identity.CustomData, &p.CustomData)
	putName(&d, AttrFirstName, &u.Names.First, &p.FirstName)
	putName(&d, AttrLastName, &u.Names.Last, &p.LastName)
	putName(&d, AttrFullName, &u.Names.Full, &p.FullName)
	putName(&d, AttrDisplayName, &u.Names.Display, &p.DisplayName)
	put(&d, AttrEmail, &u.Contact.Email, &p.Email)
	put(&d, AttrPhone, &u.Contact.Phone, &p.Phone)
	put(&d, AttrMobile, &u.Contact.Mobile, &p.Mobile)
	put(&d, AttrLanguage, &u.Contact.Language, &p.Language)
	put(&d, AttrDateFormat, &u.Contact.DateFormat, &p.DateFormat)
	put(&d, AttrPictureID, &u.Contact.PictureID, &p.PictureID)
	put(&d, AttrPictureURL, &u.Contact.PictureURL, &p.PictureURL)
	put(&d, AttrBackgroundURI, &u.Contact.BackgroundURI, &p.BackgroundURI)
	put(&d, AttrMobileApp, &u.Contact.MobileApp, &p.MobileApp)
	put(&d, AttrChangeNextLogin, &u.Credentials.ChangeNextLogin, &p.ChangeNextLogin)
	put(&d, AttrMaxChats, &u.Capacity.MaxChats, &p.MaxChats)
	put(&d, AttrMaxAsyncChats, &u.Capacity.MaxAsyncChats, &p.MaxAsyncChats)
	putIDs(&d, AttrSkills, &u.Capacity.Skills, &p.Skills)
	putIDs(&d, AttrQueues, &u.Capacity.Queues, &p.Queues)
	put(&d, AttrChatSound, &u.Preferences.ChatSound, &p.ChatSound)
	put(&d, AttrNotifyAssignment, &u.Preferences.NotifyAssignment, &p.NotifyAssignment)
	put(&d, AttrIncognito, &u.Preferences.Incognito, &p.Incognito)
	put(&d, AttrAutoAnswer, &u.Preferences.AutoAnswer, &p.AutoAnswer)
	putIDs(&d, AttrViews, &u.Preferences.Views, &p.Views)
	putList(&d, AttrStatistics, &u.Preferences.Statistics, &p.Statistics)
	putList(&d, AttrCampaigns, &u.Preferences.Campaigns, &p.Campaigns)
	put(&d, AttrDisabledManually, &u.Access.DisabledManually, &p.DisabledManually)
	putIDs(&d, AttrProfiles, &u.Access.Profiles, &p.Profiles)
	put(&d, AttrGranted, &u.Access.Granted, &p.Granted)
	putIDs(&d, AttrGroups, &u.Access.Groups, &p.Groups)
	putIDs(&d, AttrPermissionGroups, &u.Access.PermissionGroups, &p.PermissionGroups)
	putIDs(&d, AttrApplications, &u.Access.Applications, &p.Applications)
	putIDs(&d, AttrLinesOfBusiness, &u.Access.LinesOfBusiness, &p.LinesOfBusiness)
	putIDs(&d, AttrDevices, &u.Access.Devices, &p.Devices)
	put(&d, AttrAllowedAppKeys, &u.Access.AllowedAppKeys, &p.AllowedAppKeys)
	put(&d, AttrOAuth2ClientID, &u.Access.OAuth2ClientID, &p.OAuth2ClientID)
	put(&d, AttrParentAccounting, &u.Billing.ParentAccounting, &p.ParentAccounting)
	return d
}
