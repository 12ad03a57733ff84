variable "project" {
  description = "ID of the Google Cloud project."
  type        = string
}

variable "region" {
  description = "Region of everything. The buckets have to be where the triggers are."
  type        = string
  default     = "europe-west1"
}

variable "name" {
  description = "Beginning of the names of all resources."
  type        = string
  default     = "dynasette"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,14}$", var.name))
    error_message = "The name has 2 to 15 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "tag" {
  description = "Tag of both images in the project's registry. What it names when this is applied runs."
  type        = string
  default     = "latest"
}

variable "datasette_mode" {
  description = "How Datasette gets to a release: follow (each instance by itself, in seconds) or revision (the converter makes a new revision)."
  type        = string
  default     = "follow"

  validation {
    condition     = contains(["follow", "revision"], var.datasette_mode)
    error_message = "The mode is follow or revision."
  }
}

variable "email" {
  description = "Where alerts go: uploads that can't be served, and uploads that are not served after ten minutes. If empty, they are only in the console."
  type        = string
  default     = ""
}

variable "public" {
  description = "Whether everybody may read what Datasette serves. If not, give roles/run.invoker to those who may."
  type        = bool
  default     = true
}

variable "publishing" {
  description = "Whether there is a page to publish files on, for those who have its token."
  type        = bool
  default     = false
}

variable "concurrency" {
  description = "Requests that one instance of the converter takes at a time. Most of them only wait for their release."
  type        = number
  default     = 250
}

variable "converter_memory" {
  description = "Memory of the converter. Files are streamed, so it does not depend on their size."
  type        = string
  default     = "1Gi"
}

variable "converter_instances" {
  description = "The most instances of the converter."
  type        = number
  default     = 4
}

variable "datasette_memory" {
  description = "Memory of an instance of Datasette. While it moves to a release there are two programs in it."
  type        = string
  default     = "1Gi"
}

variable "datasette_instances" {
  description = "The fewest and the most instances of Datasette. With 0, the first visitor waits for a start."
  type        = object({ min = number, max = number })
  default     = { min = 0, max = 4 }
}

variable "schedule" {
  description = "When all uploads are compared with what is served, whatever events were lost: a cron expression."
  type        = string
  default     = "*/15 * * * *"
}

variable "job_tasks" {
  description = "Tasks of the job that converts all uploads at once."
  type        = number
  default     = 10
}

variable "workflow" {
  description = "Whether events go through a Workflow, which shows each step, instead of straight to the converter."
  type        = bool
  default     = false
}

variable "force_destroy" {
  description = "Whether destroying the buckets deletes what is in them."
  type        = bool
  default     = false
}
