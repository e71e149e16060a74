module github.com/proveniq/terraform-provider-proveniq

go 1.26.0

require (
	cloud.google.com/go/memorystore v1.8.0
	google.golang.org/api v0.304.0
	google.golang.org/genproto/googleapis/api v0.0.0-20261012220534-4341edf3f941
	google.golang.org/protobuf v1.36.12
)
