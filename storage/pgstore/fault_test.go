package pgstore

func payForEver(dsn, prefix string) {}
