"""The stories: how the world differs, and what happens between the steps. What must come of it, the tests say."""

from __future__ import annotations

from flakebot.rehearsal import forgeries, happenings, intrusions
from flakebot.rehearsal.service_stories import SERVICE_STORIES
from flakebot.rehearsal.story import Story

STORIES: dict[str, Story] = {
    story.name: story
    for story in (
        Story(
            name="good",
            about="every input has moved; the update is checked, signed, approved and merged",
        ),
        Story(
            name="nothing-to-do",
            about="no input has moved",
            before=(),
        ),
        Story(
            name="broken",
            about="the check fails with the update, and nobody looks for the culprit; a person has to look",
            before=(happenings.nobody_looks_for_culprits, happenings.inputs_move, happenings.lib_drops_an_option),
        ),
        Story(
            name="missing-check",
            about="a required check never reports; the update waits without an approval",
            before=(happenings.inputs_move, happenings.build_never_reports),
        ),
        Story(
            name="tampered",
            about="somebody with the author's token adds a commit that changes flake.nix",
            after={"propose": happenings.somebody_changes_flake_nix},
        ),
        Story(
            name="self-approval",
            about="both roles hold the token of one account",
            before=(happenings.inputs_move, happenings.one_account_holds_both_roles),
        ),
        Story(
            name="moved-head",
            about="the head moves between the approval and the merge",
            after={"approve": happenings.somebody_pushes_another_commit},
        ),
        Story(
            name="symlinked-lock",
            about="the lock becomes a symlink, signed with the stolen key",
            after={"propose": intrusions.lock_becomes_a_symlink},
        ),
        Story(
            name="added-and-reverted",
            about="one commit adds a file and the next one takes it away, both signed with the stolen key",
            after={"propose": intrusions.file_is_added_and_reverted},
        ),
        Story(
            name="unsigned",
            about="somebody with the author's token replaces the commit by one without a signature",
            after={"propose": intrusions.update_loses_its_signature},
        ),
        Story(
            name="foreign-key",
            about="the commit is signed by another key, which was added to the author's account",
            after={"propose": intrusions.another_key_signs},
        ),
        Story(
            name="second-pusher",
            about="somebody else with write access pushes in the bot's name, even with its key",
            after={"propose": intrusions.somebody_else_pushes},
        ),
        Story(
            name="duplicate-keys",
            about="the lock names an attribute twice, signed with the stolen key",
            after={"propose": intrusions.lock_names_a_key_twice},
        ),
        Story(
            name="impostor-revision",
            about="an input is locked to a fork's commit under its parent's name, signed with the stolen key",
            after={"propose": forgeries.lib_is_locked_to_a_fork},
        ),
        Story(
            name="wrong-narhash",
            about="a good revision carries the hash of other content, signed with the stolen key",
            after={"propose": forgeries.lib_has_the_hash_of_other_content},
        ),
        Story(
            name="downgrade",
            about="an input goes back to an old revision of its own, signed with the stolen key",
            before=(forgeries.lib_publishes_an_old_release, happenings.inputs_move),
            after={"propose": forgeries.lib_goes_back},
        ),
        Story(
            name="repointed-input",
            about="an input is locked to somebody else's repository, signed with the stolen key",
            after={"propose": forgeries.lib_is_locked_elsewhere},
        ),
        *SERVICE_STORIES,
    )
}
