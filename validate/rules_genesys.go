package validate

import "unicode/utf8"

// genesysRules are the rules of the Contact Center API 8.5.0 for users. A rule without documented
// is the same under both profiles.
var genesysRules = []definition{
	GenesysID: {
		name: "genesys.id", vendor: vendorGenesys,
		documented: new(expression(`^[0-9a-fA-F]{32}$`, 32, 32)),
		strict:     expression(`^[0-9a-f]{32}$`, 32, 32),
		valid:      "id: 32 hexadecimal digits",
		source:     "Returns the user specified by the ID. (32 hexadecimal digits without dashes.)",
	},
	GenesysDeviceID: {
		name: "genesys.device_id", vendor: vendorGenesys,
		strict: expression(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`, 36, 36),
		valid:  "id: a UUID",
		source: "Array of Device objects (Their ids are UUIDs with dashes.)",
	},
	GenesysUserName: {
		isName: true,
		name:   "genesys.user_name", vendor: vendorGenesys, ownLimit: true,
		documented: &spec{"", utf8.ValidString, 1, maxEmail},
		strict:     strictLogin,
		valid:      validLogin,
		source:     "The user's e-mail address. (The samples use plain names as well.)",
	},
	GenesysFirstName: {
		isName: true,
		name:   "genesys.first_name", vendor: vendorGenesys, unit: Characters, ownLimit: true,
		documented: &spec{"", utf8.ValidString, 1, maxName},
		strict:     strictPerson,
		valid:      validName,
		source:     "The user's first name.",
	},
	GenesysLastName: {
		isName: true,
		name:   "genesys.last_name", vendor: vendorGenesys, unit: Characters, ownLimit: true,
		documented: &spec{"", utf8.ValidString, 1, maxName},
		strict:     strictPerson,
		valid:      validName,
		source:     "The user's last name.",
	},
	GenesysRole: {
		name: "genesys.role", vendor: vendorGenesys, words: "ROLE_ADMIN, ROLE_AGENT",
		strict: expression(`^(?:ROLE_ADMIN|ROLE_AGENT)$`, 10, 10),
		valid:  "role",
		source: "User roles. Currently 'ROLE_ADMIN' and/or 'ROLE_AGENT'.",
	},
	GenesysDoNotDisturb: {
		name: "genesys.do_not_disturb", vendor: vendorGenesys, words: "On, Off",
		strict: expression(`^(?:On|Off)$`, 2, 3),
		valid:  "value",
		source: "Denotes whether Do Not Disturb status is on or off for this user.",
	},
	GenesysFields: {
		name: "genesys.fields", vendor: vendorGenesys, ownLimit: true,
		documented: new(expression(`^\*$`, 1, 1)),
		strict:     expression(`^(?:\*|[A-Za-z]+(?:,[A-Za-z]+)*)$`, 1, 1024),
		valid:      "list of fields: *, or names separated by commas",
		source:     "fields=*: Will return all fields for every user instead of URI (A list of names came later.)",
	},
	GenesysSubresources: {
		name: "genesys.subresources", vendor: vendorGenesys, words: "*",
		strict: expression(`^\*$`, 1, 1),
		valid:  "value",
		source: "subresources=*: Will return all fields and all subresources",
	},
}
