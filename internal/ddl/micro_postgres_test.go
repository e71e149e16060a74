package ddl_test

var microPostgres = []microCase{}
var microPostgresNoise = []microCase{}
