variable "name" {
  description = "The ledger's name."
  type        = string
}
