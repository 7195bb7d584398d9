package validate

// The rules. Their numbers may change between versions, their names do not.
const (
	noRule Rule = iota

	// Rules of Omnidesk.

	OmnideskQuery
	OmnideskViewQuery
	OmnideskFirstName
	OmnideskLastName
	OmnideskName
	OmnideskEmail
	OmnideskTelephone
	OmnideskLanguage
	OmnideskDateFormat
	OmnideskStatistic
	OmnideskStatisticOption
	OmnideskStatisticSecondaryOption
	OmnideskWatchToggle
	OmnideskTabID
	OmnideskCampaign
	OmnideskItemStart
	OmnideskItemLimit
	OmnideskState
	OmnideskStatus

	// Rules of Voximplant.

	VoximplantUserName
	VoximplantUserDisplayName
	VoximplantUserPassword
	VoximplantUserCustomData
	VoximplantMobilePhone
	VoximplantTransactionDescription
	VoximplantAmount
	VoximplantCurrency
	VoximplantID
	VoximplantIntList
	VoximplantStringList
	VoximplantACDStatus
	VoximplantOrderBy
	VoximplantCount
	VoximplantOffset

	// Rules of LivePerson.

	LivePersonAccountID
	LivePersonID
	LivePersonVersion
	LivePersonRevision
	LivePersonDate
	LivePersonLoginName
	LivePersonFullName
	LivePersonNickname
	LivePersonEmail
	LivePersonMobileNumber
	LivePersonUserTypeID

	// Rules of Genesys.

	GenesysID
	GenesysDeviceID
	GenesysUserName
	GenesysFirstName
	GenesysLastName
	GenesysRole
	GenesysDoNotDisturb
	GenesysFields
	GenesysSubresources

	// The library's own rules, which apply to every user.

	AccountID
	Login
	PersonName
	DisplayName
	FullName
	Email
	Phone
	Mobile
	Language
	DateFormat
	Description
	CustomData
	URI
	ExternalID
	PID
	AppKey
	Password
	Campaign
	Statistic
	StatisticOption
	TabID
	Tag
	Channel
	ReferenceName
	SearchText
	TransactionDescription
	Reason
	IdempotencyKey

	numRules
)
