locals {
  follow = var.datasette_mode == "follow"

  # The address that Cloud Run gives the service: it has to know its own to check tokens.
  datasette = "https://${var.name}-datasette-${data.google_project.this.number}.${var.region}.run.app"

  # Follows the bucket's releases, and tries one if the converter asks. All of this is in args,
  # since changes of env are ignored (see below).
  following = [
    "follow", local.serving, "--mount", "/mnt/serving", "--port", "8080",
    "--audience", local.datasette, "--invokers", google_service_account.converter.email,
    "--", "datasette", "serve", "{location}", "--host", "{host}", "--port", "{port}", "--version-note", "{id}",
    "--cors", "--setting", "force_https_urls", "1",
  ]
}

resource "google_cloud_run_v2_service" "datasette" {
  name                 = "${var.name}-datasette"
  location             = var.region
  ingress              = "INGRESS_TRAFFIC_ALL"
  invoker_iam_disabled = var.public
  deletion_protection  = false

  template {
    service_account                  = google_service_account.datasette.email
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    max_instance_request_concurrency = 40
    timeout                          = "300s" # the converter asks whether a release can be served

    scaling {
      min_instance_count = var.datasette_instances.min
      max_instance_count = var.datasette_instances.max
    }

    containers {
      image   = data.google_artifact_registry_docker_image.image["datasette"].self_link
      command = local.follow ? ["/app/dynasette"] : ["/app/start.sh"]
      args    = local.follow ? local.following : []

      # In revision mode the converter changes this one, from 0, the image's own page. It is
      # there in both, since Terraform would not add it when the mode is changed.
      env {
        name  = "DYNASETTE_RELEASE"
        value = "0"
      }
      env {
        name  = "MOUNT"
        value = "/mnt/serving"
      }
      env {
        name = "DATASETTE_SECRET"
        value_source {
          secret_key_ref {
            secret  = google_secret_manager_secret.datasette.secret_id
            version = "latest"
          }
        }
      }

      resources {
        limits = {
          cpu    = "1"
          memory = var.datasette_memory
        }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      ports {
        container_port = 8080
      }

      volume_mounts {
        name       = "serving"
        mount_path = "/mnt/serving"
      }

      startup_probe {
        # 240 s: each database takes some 80 ms at a start that finds nothing in memory.
        period_seconds    = 2
        timeout_seconds   = 2
        failure_threshold = 120
        http_get {
          path = "/-/versions.json"
        }
      }
      liveness_probe {
        period_seconds    = 30
        timeout_seconds   = 5
        failure_threshold = 4
        http_get {
          path = "/-/actor.json"
        }
      }
    }

    volumes {
      name = "serving"
      gcs {
        bucket    = google_storage_bucket.serving.name
        read_only = true
        # Names never change their meaning, but come to be: what is there is remembered for
        # ever, what is not there is asked for again.
        mount_options = ["metadata-cache-ttl-secs=-1", "metadata-cache-negative-ttl-secs=0"]
      }
    }
  }

  # What the converter changes in revision mode: the release, its mark, and so the revision.
  lifecycle {
    ignore_changes = [
      client,
      client_version,
      template[0].annotations,
      template[0].containers[0].env,
      template[0].revision,
    ]
  }

  depends_on = [
    google_storage_bucket_iam_member.datasette_reads_releases,
    google_secret_manager_secret_iam_member.datasette_reads_secret,
  ]
}

# Signs cookies and tokens; the same for all instances and releases. Its value is added by
# hand (README.md), so that it is not in Terraform's state.
resource "google_secret_manager_secret" "datasette" {
  secret_id = "${var.name}-datasette-secret"

  replication {
    auto {}
  }

  depends_on = [google_project_service.api]
}

resource "google_secret_manager_secret_iam_member" "datasette_reads_secret" {
  secret_id = google_secret_manager_secret.datasette.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.datasette.member
}
