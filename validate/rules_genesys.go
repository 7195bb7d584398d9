package validate

// genesysRules are the rules of the Contact Center API 8.5.0 for users. A rule without documented
// is the same under both profiles.
var genesysRules = []definition{
	GenesysID: {"genesys.id", byteKind("id: 32 hexadecimal digits", expression(`^[0-9a-f]{32}$`, 32, 32)),
		new(expression(`^[0-9a-fA-F]{32}$`, 32, 32)), vendors,
		"Returns the user specified by the ID. (32 hexadecimal digits without dashes.)"},
	GenesysDeviceID: {"genesys.device_id",
		byteKind("id: a UUID", expression(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`, 36, 36)),
		nil, vendors, "Array of Device objects (Their ids are UUIDs with dashes.)"},
	GenesysUserName: {"genesys.user_name", loginKind, anyText(1, maxEmail), own,
		"The user's e-mail address. (The samples use plain names as well.)"},
	GenesysFirstName: {"genesys.first_name", personKind, anyText(1, maxName), own, "The user's first name."},
	GenesysLastName:  {"genesys.last_name", personKind, anyText(1, maxName), own, "The user's last name."},
	GenesysRole: {"genesys.role",
		wordKind("ROLE_ADMIN, ROLE_AGENT", expression(`^(?:ROLE_ADMIN|ROLE_AGENT)$`, 10, 10)),
		nil, vendors, "User roles. Currently 'ROLE_ADMIN' and/or 'ROLE_AGENT'."},
	GenesysDoNotDisturb: {"genesys.do_not_disturb", wordKind("On, Off", expression(`^(?:On|Off)$`, 2, 3)),
		nil, vendors, "Denotes whether Do Not Disturb status is on or off for this user."},
	GenesysFields: {"genesys.fields",
		byteKind("list of fields: *, or names separated by commas", expression(`^(?:\*|[A-Za-z]+(?:,[A-Za-z]+)*)$`, 1, 1024)),
		new(expression(`^\*$`, 1, 1)), own,
		"fields=*: Will return all fields for every user instead of URI (A list of names came later.)"},
	GenesysSubresources: {"genesys.subresources", wordKind("*", expression(`^\*$`, 1, 1)), nil, vendors,
		"subresources=*: Will return all fields and all subresources"},
}
