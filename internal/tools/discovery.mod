module github.com/proveniq/terraform-provider-proveniq

go 1.26.0

require (
	cloud.google.com/go/memorystore v1.6.0
	google.golang.org/api v0.293.0
	google.golang.org/genproto/googleapis/api v0.0.0-20260715232425-e75dac1f907d
	google.golang.org/protobuf v1.36.12
)
